//! Merkle tree of RFC 9162, section 2.1, over hashed leaves.
//!
//! It is implemented here because available crates bring a second cryptography stack. The tests contain the known answers.

use super::hash::Hash;

/// Hash of a leaf: SHA-256 of 0x00 and the bytes (RFC 9162, 2.1.1).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash::of(&[&[0], bytes])
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// Largest power of two below `size`, which is 2 or more.
const fn left_size(size: usize) -> usize {
    size.next_power_of_two() >> 1
}

/// Root of the tree over leaf hashes; for no leaves, the hash of the empty text (RFC 9162, 2.1.1).
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(&[]),
        [only] => *only,
        many => {
            let (left, right) = many.split_at(left_size(many.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// Inclusion path of the leaf at `index`, lowest sibling first (RFC 9162, 2.1.3.1); `None` beyond the last leaf.
pub fn inclusion_path(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let middle = left_size(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut path, sibling) = if index < middle {
        (inclusion_path(left, index)?, root(right))
    } else {
        (inclusion_path(right, index - middle)?, root(left))
    };
    path.push(sibling);
    Some(path)
}

/// Root that results from a leaf and its inclusion path (RFC 9162, 2.1.3.2); `None` for an index outside the tree or a path of
/// the wrong length.
pub fn root_from_inclusion_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Inputs and roots of the reference implementation of RFC 6962, which hashes as RFC 9162.
    const INPUTS: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn roots_match_the_known_answers() {
        let hashes = INPUTS.map(leaf_hash);
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&hashes[..size]).to_string(), *expected, "size {size}");
        }
    }

    #[test]
    fn inclusion_path_matches_the_known_answer() {
        // Path of leaf 5 in a tree of 8, from the reference implementation.
        let path = inclusion_path(&INPUTS.map(leaf_hash), 5).unwrap();
        let expected = [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(path.iter().map(Hash::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_leaf_of_small_trees_proves_only_itself() {
        for size in 1..=33 {
            let leaves = leaves(size);
            let root = root(&leaves);
            for (index, leaf) in leaves.iter().enumerate() {
                let path = inclusion_path(&leaves, index).unwrap();
                let reached = |leaf, index| root_from_inclusion_path(leaf, index as u64, size as u64, &path);
                assert_eq!(reached(*leaf, index), Some(root));
                assert_ne!(reached(leaf_hash(b"another"), index), Some(root));
                if size > 1 {
                    assert_ne!(reached(*leaf, (index + 1) % size), Some(root), "index {index} of {size}");
                }
            }
            assert_eq!(inclusion_path(&leaves, size), None);
        }
    }

    proptest! {
        #[test]
        fn paths_of_wrong_length_prove_nothing(size in 2usize..200, at in 0usize..200) {
            let leaves = leaves(size);
            let index = at % size;
            let mut path = inclusion_path(&leaves, index).unwrap();
            path.push(leaves[0]);
            prop_assert_ne!(root_from_inclusion_path(leaves[index], index as u64, size as u64, &path), Some(root(&leaves)));
            path.truncate(path.len() - 2);
            prop_assert_ne!(root_from_inclusion_path(leaves[index], index as u64, size as u64, &path), Some(root(&leaves)));
        }
    }
}
