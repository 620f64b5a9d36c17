import { Injectable } from '@nestjs/common';
import { oneIn, work } from '../shared/random';
import { Traced } from './traced';

/** Found by function: its spans carry `code.namespace` and `code.function`. */
@Injectable()
export class CardProcessor {
  @Traced()
  async charge(orderId: string, amount: number): Promise<string> {
    await this.checkFraud(amount);
    await work(20, 50);
    if (oneIn(14)) throw new Error('card processor unavailable');
    // The processor at the other end stalls now and then.
    if (oneIn(20)) await work(1_200, 2_400);
    return `receipt-${orderId}`;
  }

  @Traced()
  async checkFraud(amount: number): Promise<void> {
    await work(5, 12);
    if (amount > 1_000_000) throw new Error('amount refused');
  }
}
