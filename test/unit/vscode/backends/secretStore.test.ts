import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { SecretRef } from '../../../../src/protocol/backends';
import { keyOf, SecretStore } from '../../../../src/vscode/backends/secretStore';

const PROD: SecretRef = { backend: 'prod', url: 'https://tempo.example.com/a', name: 'token' };

/** VS Code's storage and state, as far as they go without VS Code. */
function bed(): { store: SecretStore; secrets: Map<string, string>; state: Map<string, unknown> } {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const storage = {
    get: (key: string) => Promise.resolve(secrets.get(key)),
    store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
    delete: (key: string) => Promise.resolve(void secrets.delete(key)),
  } as unknown as vscode.SecretStorage;
  const memento = {
    get: (key: string, fallback: unknown) => state.get(key) ?? fallback,
    update: (key: string, value: unknown) => Promise.resolve(void state.set(key, value)),
  } as unknown as vscode.Memento;
  return { store: new SecretStore(storage, memento), secrets, state };
}

describe('the store of secrets', () => {
  it('gives a secret to the backend it was given for, and to no other host of that name', async () => {
    const { store } = bed();
    await store.keep(PROD, 'abc');
    assert.equal(await store.get({ ...PROD, url: 'https://tempo.example.com/other/path' }), 'abc');
    for (const other of [
      { ...PROD, url: 'https://evil.example.com/a' },
      { ...PROD, url: 'http://tempo.example.com/a' },
      { ...PROD, backend: 'staging' },
      { ...PROD, name: 'password' },
    ]) {
      assert.equal(await store.get(other), undefined, JSON.stringify(other));
    }
    assert.notEqual(keyOf({ ...PROD, url: 'no address' }), keyOf(PROD));
  });

  it('lists what it keeps, without the secrets', async () => {
    const { store, state } = bed();
    await store.keep(PROD, 'abc');
    await store.keep(PROD, 'def');
    await store.keep({ ...PROD, backend: 'staging' }, 'ghi');
    assert.deepEqual(store.kept('prod'), [PROD]);
    assert.equal(store.kept().length, 2);
    assert.doesNotMatch(JSON.stringify([...state]), /abc|def|ghi/);
  });

  it('forgets one, and all of a backend', async () => {
    const { store, secrets } = bed();
    await store.keep(PROD, 'abc');
    await store.keep({ ...PROD, name: 'password' }, 'def');
    await store.keep({ ...PROD, backend: 'staging' }, 'ghi');
    await store.forget(PROD);
    assert.equal(await store.get(PROD), undefined);
    assert.equal(await store.forgetBackend('prod'), 1);
    assert.equal(await store.forgetBackend('prod'), 0);
    assert.deepEqual([...secrets.values()], ['ghi']);
  });

  it('keeps the secrets of a backend that gets another name', async () => {
    const { store } = bed();
    await store.keep(PROD, 'abc');
    await store.copy('prod', 'production');
    assert.equal(await store.get({ ...PROD, backend: 'production' }), 'abc');
    assert.equal(await store.get(PROD), 'abc');
  });
});
