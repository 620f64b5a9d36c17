/** A receiver on free ports with a real store behind it, and ways to send it things. */
import http from 'node:http';
import http2 from 'node:http2';
import type { Logger } from '../../src/base/logger';
import { OtlpIngest } from '../../src/traces/ingest';
import { startReceiver, type Receiver, type ReceiverOptions } from '../../src/traces/receiver/receiver';
import { EmbeddedStore } from '../../src/traces/store/embeddedStore';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface GrpcAnswer {
  readonly httpStatus: number;
  readonly headers: http2.IncomingHttpHeaders;
  /** `grpc-status` of the trailers, or of the head where there are none. */
  readonly status: string;
  readonly message: string;
  /** All DATA frames. */
  readonly body: Buffer;
  readonly trailersOnly: boolean;
}

export class ReceiverBed {
  readonly store = new EmbeddedStore();
  readonly logged: string[] = [];
  private constructor() {}
  receiver!: Receiver;

  static async start(options: Partial<ReceiverOptions> = {}): Promise<ReceiverBed> {
    const bed = new ReceiverBed();
    const log = (message: string): void => void bed.logged.push(message);
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    const sink = new OtlpIngest(bed.store);
    bed.receiver = await startReceiver({ httpPort: 0, grpcPort: 0, sink, logger, ...options });
    return bed;
  }

  get httpUrl(): string {
    return this.receiver.status().http.url;
  }

  get grpcUrl(): string {
    return this.receiver.status().grpc.url;
  }

  /** Sends one HTTP request; protobuf to `/v1/traces` unless said otherwise. */
  post(body: string | Uint8Array, options: http.RequestOptions = {}): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/x-protobuf', ...(options.headers as http.OutgoingHttpHeaders) };
      const path = options.path ?? '/v1/traces';
      const request = http.request(new URL(path, this.httpUrl), { method: 'POST', ...options, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
        response.once('error', reject);
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  json(body: string, options: http.RequestOptions = {}): Promise<HttpAnswer> {
    return this.post(body, { ...options, headers: { 'Content-Type': 'application/json' } });
  }

  /** Makes one gRPC call; `frames` are sent as DATA frames of their own. */
  call(frames: readonly Uint8Array[], headers: http2.OutgoingHttpHeaders = {}): Promise<GrpcAnswer> {
    return new Promise((resolve, reject) => {
      const session = http2.connect(this.grpcUrl);
      session.once('error', reject);
      const stream = session.request({
        ':method': 'POST',
        ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      });
      let head: http2.IncomingHttpHeaders = {};
      let trailers: http2.IncomingHttpHeaders | undefined;
      const chunks: Buffer[] = [];
      stream.once('response', (received: http2.IncomingHttpHeaders) => (head = received));
      stream.once('trailers', (received: http2.IncomingHttpHeaders) => (trailers = received));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('error', reject);
      stream.once('close', () => {
        session.close();
        const said = trailers ?? head;
        resolve({
          httpStatus: Number(head[':status']),
          headers: head,
          status: String(said['grpc-status']),
          message: decodeURIComponent(String(said['grpc-message'] ?? '')),
          body: Buffer.concat(chunks),
          trailersOnly: trailers === undefined,
        });
      });
      for (const frame of frames) stream.write(frame);
      stream.end();
    });
  }

  close(): Promise<void> {
    return this.receiver.close();
  }
}
