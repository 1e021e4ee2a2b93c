// A client with the generated types, as an API user writes it: it is compiled, never run.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Problem = components["schemas"]["Problem"];

const client = createClient<paths>({ baseUrl: "https://api.example.com" });

export async function pendingRequests(): Promise<string[]> {
  const { data, error } = await client.GET("/api/v1/leaves", { params: { query: { status: "pending", limit: 100 } } });
  if (error) throw new Error(explained(error));
  return data.items.map((leave) => `${leave.id}: ${leave.start_date} to ${leave.end_date}, ${leave.duration.minutes} minutes`);
}

export async function approve(leave_id: string, etag: string): Promise<string> {
  const { data, error } = await client.PUT("/api/v1/leaves/{leave_id}/approve", {
    params: { path: { leave_id }, header: { "If-Match": etag } },
    body: { comments: "Enjoy." },
  });
  return error ? explained(error) : data.status;
}

export async function checkIn(key: string): Promise<number> {
  const { data, error } = await client.POST("/api/v1/attendance/check-in", {
    params: { header: { "Idempotency-Key": key } },
    body: { location: "Office" },
  });
  if (error) throw new Error(explained(error));
  return data.late_minutes ?? 0;
}

function explained(problem: Problem): string {
  return [problem.detail, ...(problem.errors ?? []).map((fault) => `${fault.pointer}: ${fault.detail}`)].join("\n");
}
