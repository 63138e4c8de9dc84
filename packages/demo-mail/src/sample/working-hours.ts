import type { Random } from "./random.ts";

/** Moves a date to the next moment at which somebody sits in an office in central Europe: 7 to 17, Monday to Friday. */
export function toWorkingHours(date: Date, random: Random): Date {
  const moved = new Date(date);
  const hour = moved.getUTCHours();
  if (hour < 6 || hour >= 16) {
    if (hour >= 16) moved.setUTCDate(moved.getUTCDate() + 1);
    moved.setUTCHours(random.between(6, 9), random.between(0, 59), random.between(0, 59), 0);
  }
  while (moved.getUTCDay() === 0 || moved.getUTCDay() === 6) moved.setUTCDate(moved.getUTCDate() + 1);
  return moved;
}
