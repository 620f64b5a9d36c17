import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { ReceiverStatus } from '../../protocol/engine';
import type { EngineClient } from './engineClient';
import { readSetting } from '../register';

/**
 * What the user wants of the receiver in this window. Where the workspace does not use OpenTelemetry, the first use of
 * Spanlight makes it listen; what was wanted holds for the next engine, too, should one crash.
 */
export class ReceiverUse implements Disposable {
  private readonly disposables = new DisposableStore();
  private wanted: 'start' | 'stop' | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly log: Logger,
  ) {
    this.disposables.add(
      engine.onDidChangeState((state) => {
        if (state === 'running' && this.wanted !== undefined) void this.resume(this.wanted);
      }),
    );
  }

  /** Somebody used a command or a view: listen, unless the settings or the user said otherwise. */
  async used(): Promise<void> {
    if (this.wanted !== undefined || readSetting('spanlight.receiver.start') !== 'auto') return;
    const status = await this.engine.request('spanlight/status', null);
    // Who reads a backend has no use for an open port.
    if (status.receiver.state === 'off' && status.source.kind === 'embedded') await this.start();
  }

  async start(): Promise<ReceiverStatus> {
    this.wanted = 'start';
    return this.engine.request('spanlight/startReceiver', null);
  }

  async stop(): Promise<ReceiverStatus> {
    this.wanted = 'stop';
    return this.engine.request('spanlight/stopReceiver', null);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async resume(wanted: 'start' | 'stop'): Promise<void> {
    try {
      await this.engine.request(wanted === 'start' ? 'spanlight/startReceiver' : 'spanlight/stopReceiver', null);
    } catch (error) {
      this.log.warn(`The receiver is not as it was before the restart: ${describeError(error)}`);
    }
  }
}
