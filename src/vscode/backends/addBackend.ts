import type { BackendItem, BackendKindItem } from '../../protocol/backends';
import { SpanlightError } from '../../base/errors';
import type { Host } from '../host';
import { indexOfItem, suggestName, type BackendEntry } from './backendEntry';
import { backendEntries } from './backendSettings';
import type { BackendDraft } from './backendDraft';
import { askName, askUrl } from './draftForm';
import { settleBackend } from './settleBackend';
import { askSignIn } from './signIn';
import { BACK, pickOne, type Answer } from './steps';

const TITLE = 'Add Backend';
const TOTAL = 5;

/** What the questions have brought so far. */
interface Asked {
  readonly kind?: BackendKindItem;
  readonly entry: BackendEntry;
}

type Question = (asked: Asked, step: number) => Promise<Answer<Asked>>;

/** Leads from the kind of a backend to one that is tested, saved and in use. Each question can be gone back to. */
export async function addBackend(host: Host): Promise<void> {
  const { backends, kinds } = await host.engine.request('spanlight/backends', null);
  const taken = backends.map(({ name }) => name);
  const questions: readonly Question[] = [
    (asked, step) => askKind(asked, kinds, step),
    async (asked, step) => {
      const kind = asked.kind!;
      const title = `${TITLE}: ${kind.label}`;
      const entry = await askUrl(asked.entry, kind, { title, step, totalSteps: TOTAL });
      return isAnswer(entry) ? { ...asked, entry } : entry;
    },
    async (asked, step) => {
      const { label } = asked.kind!;
      const value = asked.entry.name ?? suggestName(label, asked.entry.url ?? '', taken);
      const where = { title: `${TITLE}: ${label}`, step, totalSteps: TOTAL };
      const entry = await askName(asked.entry, value, taken, where);
      return isAnswer(entry) ? { ...asked, entry } : entry;
    },
    async (asked, step) => {
      const kind = asked.kind!;
      if (kind.auth.length < 2) return asked;
      const draft: BackendDraft = { kind, entry: asked.entry, taken };
      const entry = await askSignIn(draft, { title: `${TITLE}: ${kind.label}`, step, totalSteps: TOTAL });
      return isAnswer(entry) ? { ...asked, entry } : entry;
    },
    async (asked, step) => {
      const draft: BackendDraft = { kind: asked.kind!, entry: asked.entry, taken };
      return (await settleBackend(host, draft, { step, totalSteps: TOTAL })) === BACK ? BACK : undefined;
    },
  ];
  let asked: Asked = { entry: {} };
  for (let at = 0; at < questions.length;) {
    const answer = await questions[at]!(asked, at + 1);
    if (answer === undefined) return;
    if (answer !== BACK) asked = answer;
    at = Math.max(0, at + (answer === BACK ? -1 : 1));
    // A question that has but one answer is not asked on the way back either.
    if (answer === BACK && at === 3 && (asked.kind?.auth.length ?? 0) < 2) at = 2;
  }
}

/** Shows the settings of a backend to change, test or remove it. */
export async function editBackend(host: Host, item: BackendItem): Promise<void> {
  const { backends, kinds } = await host.engine.request('spanlight/backends', null);
  const entries = backendEntries();
  const entry = entries[indexOfItem(entries, item)] as BackendEntry | undefined;
  const kind = kinds.find((candidate) => candidate.kind === item.kind);
  if (entry === undefined || kind === undefined) {
    throw new SpanlightError(`There is no backend called “${item.name}” any more.`, 'spanlight.backends');
  }
  const taken = backends.map(({ name }) => name).filter((name) => name !== item.name);
  await settleBackend(host, { kind, entry, taken, replaced: item });
}

async function askKind(asked: Asked, kinds: readonly BackendKindItem[], step: number): Promise<Answer<Asked>> {
  const items = kinds.map((kind) => ({ label: kind.label, description: kind.exampleUrl, of: kind }));
  const placeholder = 'What are your traces in?';
  const active = items.find(({ of }) => of.kind === asked.kind?.kind);
  const picked = await pickOne(items, { title: TITLE, placeholder, step, totalSteps: TOTAL, active });
  if (picked === BACK || picked === undefined) return picked;
  // Another kind begins anew: its address and ways to sign in are others.
  return picked.of.kind === asked.kind?.kind ? asked : { kind: picked.of, entry: {} };
}

function isAnswer(answer: Answer<BackendEntry>): answer is BackendEntry {
  return answer !== BACK && answer !== undefined;
}
