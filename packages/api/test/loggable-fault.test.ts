import { describe, expect, it } from "vitest";
import { loggableFault } from "../src/errors/loggable-fault.ts";

describe("faults in the log", () => {
  it("hold a failed query's statement and complaint, not its parameters", () => {
    const cause = Object.assign(new Error('relation "users" does not exist'), { code: "42P01" });
    const fault = Object.assign(new Error("Failed query: select $1\nparams: s3cret", { cause }), {
      query: "select $1",
      params: ["s3cret"],
    });
    const logged = loggableFault(fault);
    expect(logged).toMatchObject({ message: 'relation "users" does not exist', code: "42P01", query: "select $1" });
    expect(JSON.stringify(logged)).toContain("loggable-fault.test.ts");
    expect(JSON.stringify(logged)).not.toContain("s3cret");
  });

  it("stay as they are otherwise", () => {
    const fault = new TypeError("x is not a function");
    expect(loggableFault(fault)).toBe(fault);
  });
});
