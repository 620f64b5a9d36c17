import { Body, Controller, Get, HttpException, Post } from '@nestjs/common';
import { work } from '../shared/random';
import { CardProcessor } from './cardProcessor';

interface Payment {
  readonly orderId: string;
  readonly amount: number;
}

/** Found by route: the class gives the first half, the method the second. */
@Controller('payments')
export class PaymentController {
  constructor(private readonly cards: CardProcessor) {}

  @Post()
  async pay(@Body() payment: Payment): Promise<{ receipt: string }> {
    try {
      return { receipt: await this.cards.charge(payment.orderId, payment.amount) };
    } catch (error) {
      throw new HttpException((error as Error).message, 502);
    }
  }

  @Get('balance')
  async balance(): Promise<{ balance: number }> {
    await work(60, 140);
    return { balance: 4_812.5 };
  }
}
