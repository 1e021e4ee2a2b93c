//! The in-process database has all tables and starts fast.

use aws_sdk_dynamodb::types::AttributeValue;

#[tokio::test]
async fn all_tables_of_the_templates_accept_items() {
    let began = std::time::Instant::now();
    let dynamo = testkit::dynamo().await.with_tables().await;
    println!("database with all tables after {:?}", began.elapsed());
    for shape in testkit::table_shapes() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = dynamo.client.put_item().table_name(shape.test_name()).item("pk", text("A")).item("sk", text("B"));
        put.send().await.unwrap();
    }
    println!("items after {:?}", began.elapsed());
}

#[tokio::test]
async fn two_databases_share_nothing() {
    let (one, other) = (testkit::dynamo().await, testkit::dynamo().await);
    one.create_table("only-here", &["by_name"]).await;
    assert_eq!(one.client.list_tables().send().await.unwrap().table_names().len(), 1);
    assert!(other.client.list_tables().send().await.unwrap().table_names().is_empty());
}

#[test]
fn keys_load_fast() {
    let began = std::time::Instant::now();
    let _ = testkit::key_set();
    println!("keys after {:?}", began.elapsed());
}
