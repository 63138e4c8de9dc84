import { restProcedures } from "@crm/api";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "./start-test-server.ts";

interface Operation {
  operationId: string;
  security: object[];
  parameters?: { name: string; in: string; schema: { type: string } }[];
  requestBody?: object;
  responses: Record<string, { content: { "application/json": { schema: { properties: Record<string, object> } } } }>;
}

let server: TestServer;
let document: { openapi: string; paths: Record<string, Record<string, Operation>> };
beforeAll(async () => {
  server = await startTestServer();
  document = (await server.json("GET", "/api/openapi.json")).body;
});
afterAll(() => server.stop());

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    expect(document.openapi).toBe("3.1.0");
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it("is valid to a second validator, which also looks for what nothing refers to", async () => {
    const config = await createConfig({ extends: ["spec"], rules: { "no-unused-components": "error" } });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(problems.map(({ message, location }) => [message, location[0]?.pointer])).toEqual([]);
  });

  it("shows examples that are what it says", () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: "document" });
    const found = exampled(document);
    expect(found.length).toBeGreaterThan(10);
    for (const { examples, ...schema } of found) {
      const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
      for (const example of examples)
        expect([validate(example), validate.errors, example]).toEqual([true, null, example]);
    }
  });

  it("has every procedure of the REST face, under its name", () => {
    const described = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    const names = restProcedures.map(({ name }) => name);
    expect(described.sort()).toEqual([...names, "profiles.logout.get", "users.avatar"].sort());
    expect(described).toHaveLength(new Set(described).size);
  });

  it("shows answers in their envelope, with the status they have", () => {
    const list = document.paths["/api/contacts"]?.get;
    expect(Object.keys(list?.responses["200"]?.content["application/json"].schema.properties ?? {})).toEqual([
      "success",
      "data",
      "meta",
    ]);
    expect(list?.responses["200"]?.content["application/json"].schema.properties.data).toMatchObject({ type: "array" });
    expect(Object.keys(document.paths["/api/contacts"]?.post?.responses ?? {})).toContain("201");
    expect(Object.keys(document.paths["/api/emails/sync"]?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(["200", "202", "409", "502"]),
    );
  });

  it("shows the answers and errors of profiles bare, and under a security scheme of their own", () => {
    const { get: list, post: create } = document.paths["/profiles"] ?? {};
    expect(list?.security).toEqual([{ profile: [] }]);
    expect(create?.security).toEqual([]);
    expect(list?.responses["200"]).toMatchObject({
      headers: { Link: {} },
      content: { "application/json": { schema: { type: "array" } } },
    });
    expect(create?.responses["201"]?.content["application/json"].schema.properties).toHaveProperty("email");
    expect(create?.responses["409"]?.content["application/json"].schema).toEqual({
      allOf: [
        { $ref: "#/components/schemas/ShopError" },
        { type: "object", properties: { code: { enum: ["email_taken"] } } },
      ],
    });
    expect(create?.parameters ?? []).toEqual([]);
    for (const method of ["get", "post"])
      expect(document.paths["/logout"]?.[method]?.responses["200"]).toEqual({ description: "Done." });
  });

  it("says who has to sign in, what writes can carry, and what reads take", () => {
    expect(document.paths["/api/auth/login"]?.post?.security).toEqual([]);
    const add = document.paths["/api/contacts"]?.post;
    expect(add?.security).toEqual([{ bearer: [] }, { cookie: [] }]);
    expect(add?.parameters?.map(({ name }) => name)).toEqual(["Idempotency-Key"]);
    expect(document.paths["/api/auth/logout"]?.post?.requestBody).toBeUndefined();
    const isRead = document.paths["/api/emails"]?.get?.parameters?.find(({ name }) => name === "isRead");
    expect(isRead).toMatchObject({ in: "query", schema: { type: "boolean" } });
  });
});

describe("the reference page", () => {
  it("loads nothing from elsewhere", async () => {
    const page = await server.fetch("/api/docs");
    const html = await page.text();
    expect(html).toContain("/api/openapi.json");
    expect(html).not.toMatch(/https?:\/\//);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    const script = await server.fetch("/api/docs/scalar.js");
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await script.text()).length).toBeGreaterThan(1_000_000);
  });
});

type Exampled = Record<string, unknown> & { examples: unknown[] };

/** Every schema in the document that gives examples. */
function exampled(node: unknown): Exampled[] {
  if (typeof node !== "object" || node === null) return [];
  const below = Object.values(node).flatMap(exampled);
  return "examples" in node && Array.isArray(node.examples) ? [node as Exampled, ...below] : below;
}
