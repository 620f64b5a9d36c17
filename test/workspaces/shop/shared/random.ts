/** Waits between `from` and `to` milliseconds, with a tail: one call in twenty takes four times as long. */
export function work(from: number, to: number): Promise<void> {
  const usual = from + Math.random() * (to - from);
  return new Promise((resolve) => setTimeout(resolve, Math.random() < 0.05 ? usual * 4 : usual));
}

/** True once in `times` calls on average. */
export function oneIn(times: number): boolean {
  return Math.random() * times < 1;
}
