import { SIGN_INS, type BackendEntry } from './backendEntry';
import type { BackendDraft } from './backendDraft';
import { BACK, enterText, pickOne, type Answer } from './steps';

interface SignInStep {
  readonly title: string;
  readonly step?: number;
  readonly totalSteps?: number;
}

/** Asks how a backend is signed in to, and for what is no secret of it: the user's name, the header. */
export async function askSignIn({ entry, kind }: BackendDraft, step: SignInStep): Promise<Answer<BackendEntry>> {
  const items = kind.auth.map((auth) => ({ label: auth, detail: '', ...SIGN_INS[auth], auth }));
  const current = items.find(({ auth }) => auth === (entry.auth ?? kind.auth[0]));
  const placeholder = 'How does it want to know who asks? Secrets are asked for later and kept safe';
  const picked = await pickOne(items, { ...step, canGoBack: true, placeholder, active: current });
  if (picked === BACK || picked === undefined) return picked;
  const { auth } = picked;
  if (auth === 'basic') {
    const prompt = 'Name to sign in with. The password is asked for when it is needed.';
    const user = await enterText({ ...step, canGoBack: true, prompt, value: entry.user ?? '', problem: needed });
    return typeof user === 'string' ? { ...entry, auth, user } : user;
  }
  if (auth === 'header') {
    const prompt = 'Name of the header that carries the key. The key itself is asked for when it is needed.';
    const value = entry.authHeader ?? kind.authHeader ?? '';
    const authHeader = await enterText({
      ...{ ...step, canGoBack: true, prompt, value, placeholder: 'X-API-Key' },
      problem: (text) => (/^[!#$%&'*+.^_`|~\w-]+$/.test(text.trim()) ? undefined : 'Use letters, digits and hyphens.'),
    });
    return typeof authHeader === 'string' ? { ...entry, auth, authHeader } : authHeader;
  }
  return { ...entry, auth };
}

function needed(text: string): string | undefined {
  return text.trim() === '' ? 'Write a name.' : undefined;
}
