import assert from 'node:assert/strict';
import { sessionToken, type SessionProvider } from '../../../../src/vscode/backends/editorSession';
import { TestLog } from '../../../support/wire/backendBed';

const SESSION = { provider: 'microsoft', scopes: ['https://api.loganalytics.io/.default'] };

/** VS Code's accounts, as far as they go without VS Code. */
class Accounts implements SessionProvider {
  readonly asked: unknown[] = [];
  constructor(private readonly tokens: (string | undefined | Error)[]) {}

  getSession(...asked: readonly unknown[]): Promise<{ readonly accessToken: string } | undefined> {
    this.asked.push(asked);
    const token = this.tokens.shift();
    if (token instanceof Error) return Promise.reject(token);
    return Promise.resolve(token === undefined ? undefined : { accessToken: token });
  }
}

describe('sign-ins of the editor', () => {
  it('give their token anew each time, for the editor renews it', async () => {
    const accounts = new Accounts(['first', 'second']);
    const log = new TestLog();
    assert.equal(await sessionToken(accounts, SESSION, false, log), 'first');
    assert.equal(await sessionToken(accounts, SESSION, false, log), 'second');
    assert.deepEqual(accounts.asked[0], ['microsoft', SESSION.scopes, {}]);
    assert.deepEqual(log.lines, []);
  });

  it('show a dialog only where it may come', async () => {
    const accounts = new Accounts([undefined, 'token']);
    assert.equal(await sessionToken(accounts, SESSION, false, new TestLog()), null);
    assert.equal(await sessionToken(accounts, SESSION, true, new TestLog()), 'token');
    assert.deepEqual(accounts.asked[1], ['microsoft', SESSION.scopes, { createIfNone: true }]);
  });

  it('are none where they are declined, or where there are no such accounts', async () => {
    const accounts = new Accounts([new Error('User did not consent to login.')]);
    const log = new TestLog();
    assert.equal(await sessionToken(accounts, SESSION, true, log), null);
    assert.match(log.lines.join(), /No session of microsoft: User did not consent/);
  });
});
