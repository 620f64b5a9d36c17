import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { EngineSettings, ReceiverStatus } from '../../protocol/engine';

type ReceiverSettings = EngineSettings['receiver'];

/** Where to listen. Port 0 takes any free one. */
export interface ListenOptions {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Whether a program may be run to find out what holds a port. */
  readonly trusted: boolean;
}

/** A receiver that listens. */
export interface ListeningReceiver {
  /** Addresses, and counters of what was refused so far. */
  status(): Pick<ReceiverStatus, 'http' | 'grpc' | 'openToNetwork' | 'rejectedRequests' | 'lastRejection'>;
  close(): Promise<void>;
}

/** What decides whether and where to listen. */
export interface ReceiverWishes {
  readonly settings: ReceiverSettings;
  readonly trusted: boolean;
  /** What in the workspace names OpenTelemetry, if anything does. */
  readonly evidence: () => Promise<string | undefined>;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Starts and stops the receiver: by the settings, by what the workspace uses, and by the user's word. */
export class ReceiverControl implements Disposable {
  private readonly changed = new Emitter<void>();
  private receiver: ListeningReceiver | undefined;
  private listenedOn: ListenOptions | undefined;
  private state: ReceiverStatus['state'] = 'off';
  private reason: string | undefined;
  private rejectedBefore = 0;
  /** What the user said last, which counts more than what the workspace uses. */
  private asked: 'start' | 'stop' | undefined;
  private wishes: ReceiverWishes | undefined;
  /** Starting and stopping wait for each other. */
  private queue: Promise<void> = Promise.resolve();

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly listen: (options: ListenOptions) => Promise<ListeningReceiver>,
    private readonly logger: Logger,
  ) {}

  status(): ReceiverStatus {
    const now = this.receiver?.status();
    return {
      state: this.state,
      ...(now?.http === undefined ? {} : { http: now.http }),
      ...(now?.grpc === undefined ? {} : { grpc: now.grpc }),
      openToNetwork: now?.openToNetwork ?? false,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      rejectedRequests: this.rejectedBefore + (now?.rejectedRequests ?? 0),
      ...(now?.lastRejection === undefined ? {} : { lastRejection: now.lastRejection }),
    };
  }

  /** Does what settings and workspace say now; restarts where the address changed. */
  configure(wishes: ReceiverWishes): Promise<void> {
    this.wishes = wishes;
    return this.enqueue(() => this.follow(wishes));
  }

  /** The user asks for it, with a command or by opening a view. */
  async start(): Promise<ReceiverStatus> {
    this.asked = 'start';
    await this.enqueue(() => this.followLatest());
    return this.status();
  }

  async stop(): Promise<ReceiverStatus> {
    this.asked = 'stop';
    await this.enqueue(() => this.followLatest());
    return this.status();
  }

  dispose(): void {
    this.changed.dispose();
    void this.enqueue(() => this.shut());
  }

  private async followLatest(): Promise<void> {
    if (this.wishes !== undefined) await this.follow(this.wishes);
  }

  private async follow(wishes: ReceiverWishes): Promise<void> {
    const no = await this.whyNot(wishes);
    if (no !== undefined) {
      await this.shut();
      this.say('off', no);
      return;
    }
    const options = this.address(wishes);
    const same = JSON.stringify(options) === JSON.stringify(this.listenedOn);
    if (this.receiver !== undefined && same) return;
    await this.shut();
    this.say('starting', undefined);
    try {
      this.receiver = await this.listen(options);
      this.listenedOn = options;
      this.say('listening', undefined);
    } catch (error) {
      this.logger.error(`The receiver did not start: ${describeError(error)}`);
      this.say('failed', describeError(error));
    }
  }

  /** Why the receiver is to be off, as a sentence; undefined if it is to listen. */
  private async whyNot({ settings, trusted, evidence }: ReceiverWishes): Promise<string | undefined> {
    if (settings.start === 'never') return 'The setting spanlight.receiver.start says never.';
    if (this.asked === 'stop') return 'It was stopped by hand.';
    if (this.asked === 'start' || settings.start === 'always') return undefined;
    if (!trusted) return 'The workspace is not trusted, so nothing in it opens a port.';
    const found = await evidence();
    if (found === undefined) return 'Nothing in the workspace names OpenTelemetry.';
    this.logger.info(`The receiver starts because of ${found}.`);
    return undefined;
  }

  /** A workspace that is not trusted cannot make this machine listen to its network. */
  private address({ settings, trusted }: ReceiverWishes): ListenOptions {
    const { host, httpPort, grpcPort } = settings;
    if (trusted || LOOPBACK.test(host)) return { host, httpPort, grpcPort, trusted };
    this.logger.warn(`The workspace is not trusted: the receiver listens on 127.0.0.1 instead of ${host}.`);
    return { host: '127.0.0.1', httpPort, grpcPort, trusted };
  }

  private async shut(): Promise<void> {
    const { receiver } = this;
    if (receiver === undefined) return;
    this.rejectedBefore += receiver.status().rejectedRequests;
    this.receiver = undefined;
    this.listenedOn = undefined;
    await receiver.close();
  }

  private say(state: ReceiverStatus['state'], reason: string | undefined): void {
    this.state = state;
    this.reason = reason;
    this.changed.fire();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => {
      this.logger.error(`The receiver: ${describeError(error)}`);
      this.say('failed', describeError(error));
    });
    return this.queue;
  }
}
