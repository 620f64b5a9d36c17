import path from 'node:path';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const proto = loadSync(path.join(process.cwd(), 'shared', 'ledger.proto'));
const { Ledger } = loadPackageDefinition(proto).shop as unknown as { Ledger: ServiceClientConstructor };
const client = new Ledger(process.env.LEDGER_ADDRESS ?? '127.0.0.1:8083', credentials.createInsecure());

/** Calls `shop.Ledger/Refund`. */
export function refundInLedger(orderId: string): Promise<{ booking: string }> {
  return new Promise((resolve, reject) => {
    client.Refund({ orderId }, (error: Error | null, reply: { booking: string }) => {
      if (error) reject(error);
      else resolve(reply);
    });
  });
}
