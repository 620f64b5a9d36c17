import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { startLedger } from './ledger';
import { startNightlyJobs } from './nightly';
import { PaymentController } from './payment.controller';
import { CardProcessor } from './cardProcessor';

@Module({ controllers: [PaymentController], providers: [CardProcessor] })
class PaymentModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(PaymentModule, { logger: false });
  await startLedger(process.env.LEDGER_ADDRESS ?? '127.0.0.1:8083');
  startNightlyJobs();
  await app.listen(Number(process.env.PORT ?? 8082), process.env.HOST ?? '127.0.0.1');
  console.log('payment-api listens');
}

void main();
