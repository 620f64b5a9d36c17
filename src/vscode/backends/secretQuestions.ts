import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { HostRequests, SecretRef } from '../../protocol/backends';
import type { EngineClient } from '../engine/engineClient';
import { sessionToken, type EditorSession } from './editorSession';
import { keyOf, type SecretStore } from './secretStore';

type Question = HostRequests['spanlight/secret']['params'];

/** Who typed a secret this short a time ago still looks: the next question may come into view by itself. */
const ATTENTION_MS = 2 * 60_000;

/**
 * Answers the engine's questions for secrets: with what is kept, else with what the user types. One question is on screen
 * at a time; who does not answer one is not asked it again until something is tried anew. Secrets are never logged.
 */
export class SecretQuestions implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly declined = new Set<string>();
  private readonly refused = new Set<string>();
  private readonly typedAt = new Map<string, number>();
  private readonly prompts = new Map<string, string>();
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private tests = 0;
  /** When the user last did something with a backend. */
  private triedAt = 0;
  /** Providers of the editor's accounts of which nobody is signed in. */
  private readonly missed = new Set<string>();

  constructor(
    private readonly store: SecretStore,
    private readonly engine: EngineClient,
    private readonly log: Logger,
  ) {
    engine.answerSecretsBy((question, token) => this.answer(question, token));
    this.disposables.add(engine.on('spanlight/secretRefused', (secret) => void this.whenRefused(secret)));
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        // Whoever changes a backend, or chooses another, tries anew.
        if (event.affectsConfiguration('spanlight.backends') || event.affectsConfiguration('spanlight.backend')) {
          this.tryAnew();
        }
      }),
    );
    this.disposables.add(
      vscode.authentication.onDidChangeSessions(({ provider }) => {
        // Somebody signed in by the menu of accounts.
        if (this.missed.delete(provider.id)) void this.engine.ask('spanlight/retryBackend', null);
      }),
    );
  }

  /** Settles when no question is on screen. */
  async answered(): Promise<void> {
    while (this.waiting > 0) await this.turn;
  }

  /** Whether a question is on screen or waits for its turn. */
  get asking(): boolean {
    return this.waiting > 0;
  }

  /** Questions that were not answered may be asked again. */
  tryAnew(): void {
    this.triedAt = Date.now();
    this.declined.clear();
  }

  /** While `work` runs, a secret that is refused is for `work` to deal with. */
  async whileTesting<T>(work: () => Promise<T>): Promise<T> {
    this.tryAnew();
    this.tests++;
    try {
      return await work();
    } finally {
      this.tests--;
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async answer(question: Question, token: vscode.CancellationToken): Promise<string | null> {
    const id = keyOf(question);
    if (question.session !== undefined) return this.inTurn(() => this.signedIn(id, question.session!, token));
    this.prompts.set(id, question.prompt);
    const kept = await this.store.get(question);
    if (kept !== undefined) return kept;
    return this.inTurn(async () => {
      // Somebody else may have been asked the same while this one waited.
      const answered = await this.store.get(question);
      if (answered !== undefined) return answered;
      return this.declined.has(id) || token.isCancellationRequested ? null : this.ask(question, token);
    });
  }

  /** A token of the editor's own sign-in. A dialog comes by itself only to who is just doing something with a backend. */
  private async signedIn(id: string, session: EditorSession, token: vscode.CancellationToken): Promise<string | null> {
    if (token.isCancellationRequested) return null;
    const isAttentive = this.tests > 0 || Date.now() - this.triedAt < ATTENTION_MS;
    const mayAsk = isAttentive && !this.declined.has(id);
    const found = await sessionToken(vscode.authentication, session, mayAsk, this.log);
    if (found !== null) return found;
    this.missed.add(session.provider);
    if (mayAsk) this.declined.add(id);
    return null;
  }

  private async ask(question: Question, token?: vscode.CancellationToken): Promise<string | null> {
    const id = keyOf(question);
    const why = this.refused.has(id) ? `${question.backend} did not accept the last one. ` : '';
    const typed = await vscode.window.showInputBox(
      {
        title: `Sign in to ${question.backend}`,
        prompt: `${why}${question.prompt}. It is kept in the editor's secret storage.`,
        placeHolder: why === '' ? 'Type or paste it; Escape goes on without' : 'Another one; Escape goes on without',
        password: true,
        ignoreFocusOut: true,
      },
      token,
    );
    if (typed === undefined || typed.trim() === '') {
      // Taken off the screen by who asked is not declined by the user.
      if (token?.isCancellationRequested !== true) this.declined.add(id);
      this.log.info(`No ${question.name} was given for ${question.backend}.`);
      return null;
    }
    this.typedAt.set(id, Date.now());
    this.refused.delete(id);
    await this.store.keep(question, typed.trim());
    return typed.trim();
  }

  private async whenRefused(secret: SecretRef): Promise<void> {
    const id = keyOf(secret);
    const isLeft = this.tests > 0 || this.declined.has(id);
    this.refused.add(id);
    // What counts from now on is the user's answer, not that the engine asks again.
    if (!isLeft) this.declined.add(id);
    try {
      await this.store.forget(secret);
      this.log.warn(`${secret.backend} did not accept its ${secret.name}; it was removed from the secret storage.`);
      if (isLeft) return;
      const prompt = this.prompts.get(id) ?? `The ${secret.name} for ${secret.backend} (${secret.url})`;
      if (!(await this.mayAsk(id, secret))) return;
      const given = await this.inTurn(() => this.ask({ ...secret, prompt }));
      if (given === null) return;
      this.declined.delete(id);
      await this.engine.request('spanlight/retryBackend', null);
    } catch (error) {
      this.log.warn(describeError(error));
    }
  }

  /** An input box takes the keyboard, so it comes by itself only to who is just signing in. */
  private async mayAsk(id: string, { backend, name }: SecretRef): Promise<boolean> {
    if (Date.now() - (this.typedAt.get(id) ?? 0) < ATTENTION_MS) return true;
    const message = `${backend} does not accept its ${name} any more: it is wrong or has expired.`;
    const button = name === 'password' ? 'Enter Password…' : 'Enter Another…';
    return (await vscode.window.showWarningMessage(message, button)) !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    const mine = this.turn.then(work).finally(() => this.waiting--);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
