import type * as vscode from 'vscode';
import type { SecretRef } from '../../protocol/backends';

const PREFIX = 'spanlight.secret:';
const LIST = 'spanlight.secrets';

/**
 * Secrets of backends in VS Code's secret storage, one entry each. Which there are is also listed in the extension's
 * state, without the secrets: the storage itself cannot be asked everywhere.
 */
export class SecretStore {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly state: vscode.Memento,
  ) {}

  get(secret: SecretRef): Thenable<string | undefined> {
    return this.secrets.get(keyOf(secret));
  }

  async keep(secret: SecretRef, value: string): Promise<void> {
    await this.secrets.store(keyOf(secret), value);
    await this.list([...this.kept().filter((other) => keyOf(other) !== keyOf(secret)), plain(secret)]);
  }

  async forget(secret: SecretRef): Promise<void> {
    await this.secrets.delete(keyOf(secret));
    await this.list(this.kept().filter((other) => keyOf(other) !== keyOf(secret)));
  }

  /** The secrets that are kept; of one backend, where a name is given. */
  kept(backend?: string): readonly SecretRef[] {
    const listed = this.state.get<readonly SecretRef[]>(LIST, []);
    return backend === undefined ? listed : listed.filter((secret) => secret.backend === backend);
  }

  /** Forgets all of one backend. Returns how many there were. */
  async forgetBackend(backend: string): Promise<number> {
    const secrets = this.kept(backend);
    for (const secret of secrets) await this.forget(secret);
    return secrets.length;
  }

  /** Keeps the secrets of one backend under another name as well: it is being renamed. */
  async copy(from: string, to: string): Promise<void> {
    for (const secret of this.kept(from)) {
      const value = await this.get(secret);
      if (value !== undefined) await this.keep({ ...secret, backend: to }, value);
    }
  }

  private list(secrets: readonly SecretRef[]): Thenable<void> {
    return this.state.update(LIST, secrets);
  }
}

/** Tells secrets apart: by name, backend and the origin of its address, so that none goes to another host. */
export function keyOf({ backend, url, name }: SecretRef): string {
  const origin = URL.canParse(url) ? new URL(url).origin : url;
  return `${PREFIX}${JSON.stringify([backend, origin, name])}`;
}

function plain({ backend, url, name }: SecretRef): SecretRef {
  return { backend, url, name };
}
