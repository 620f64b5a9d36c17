/** How many requests may still be made for one purpose, repeated ones not counted. */
export class RequestAllowance {
  constructor(public left: number = Infinity) {}

  /** @returns false if there are none left. */
  take(): boolean {
    if (this.left <= 0) return false;
    this.left--;
    return true;
  }
}
