import path from 'node:path';
import {
  Server,
  ServerCredentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { oneIn, work } from '../shared/random';

type RefundCall = ServerUnaryCall<{ orderId: string }, { booking: string }>;

/** Answers `shop.Ledger/Refund`: found by the method's name. */
async function refund(call: RefundCall, answer: sendUnaryData<{ booking: string }>): Promise<void> {
  await work(8, 20);
  if (oneIn(10)) answer(new Error('ledger is closed for the day'));
  else answer(null, { booking: `refund-${call.request.orderId}` });
}

export async function startLedger(address: string): Promise<void> {
  const proto = loadSync(path.join(process.cwd(), 'shared', 'ledger.proto'));
  const { Ledger } = loadPackageDefinition(proto).shop as unknown as { Ledger: ServiceClientConstructor };
  const server = new Server();
  server.addService(Ledger.service, { Refund: refund });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
}
