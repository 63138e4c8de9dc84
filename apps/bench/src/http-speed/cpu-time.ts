import { readFile } from "node:fs/promises";

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK = 10_000;

/** Microseconds of CPU that a process has used, its threads included; NaN where there is no /proc. */
export async function cpuTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in parentheses, may hold spaces; utime and stime are fields 14 and 15 of proc(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
