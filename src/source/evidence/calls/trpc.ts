import { firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { missInReach } from '../../missed';
import { handlerPlaces } from './handlerPlaces';
import { CONFIDENCE, SHARED } from '../confidences';

const PATHS = ['trpc.path', 'trpc.procedure', 'trpc.procedure.path', 'trpc.procedure_path'];

/** `trpc/user.byId`, `tRPC query user.byId`, `trpc.user.byId`: how middlewares name the spans of procedures. */
const NAME = /^trpc[\s./:-]+(?:(?:query|mutation|subscription|call|procedure)[\s./:-]+)?([A-Za-z_][\w.]*)$/i;

/** tRPC's procedures by their path: the last part names the procedure, the one before its router. */
export function trpcEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const path = procedurePath(operation);
  return path === undefined ? NO_PLACES : placesOfProcedure(path, operation, context);
}

async function placesOfProcedure(
  path: string,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const parts = path.split('.');
  const method = parts.at(-1)!;
  const router = parts.at(-2) ?? 'app';
  context.touch(`rpc:${method.toLowerCase()}`);
  const known = context.index.rpcs.get(method.toLowerCase()).filter(({ file, value }) => {
    return value.fullService.startsWith('trpc.') && context.reaches(context.files.get(file));
  });
  const near = context.scope.nearest(known, ({ file }) => context.files.get(file)!);
  const named = near.filter(({ file, value }) => {
    const base = /([^/]+?)(?:[.-]?router)?\.\w+$/i.exec(context.files.get(file)?.relative ?? '')?.[1] ?? '';
    return [value.service, base].some((name) => plain(name) === plain(router));
  });
  const places: Candidate[] = [];
  const because = {
    kind: 'rpc',
    confidence: CONFIDENCE.rpc[named.length > 0 ? 'procedure' : 'procedureEnd'],
    text: `procedure ${path}`,
  } as const;
  for (const entry of named.length > 0 ? named : near) places.push(...(await handlerPlaces(entry, because, context)));
  if (places.length === 0) missInReach(`declares the procedure ${path}`, operation, context);
  return places.length < 2 ? places : places.map((one) => ({ ...one, confidence: SHARED.rpc }));
}

function procedurePath({ attributes, name, kind }: OperationKey): string | undefined {
  if (kind === 'CLIENT') return undefined;
  const said = firstText(attributes, PATHS);
  if (said !== undefined) return said.replaceAll('/', '.');
  if (firstText(attributes, ['rpc.system', 'rpc.system.name'])?.toLowerCase() === 'trpc') {
    const method = firstText(attributes, ['rpc.method']);
    const service = firstText(attributes, ['rpc.service']);
    if (method !== undefined)
      return method.includes('.') || !service ? method.replaceAll('/', '.') : `${service}.${method}`;
  }
  return NAME.exec(name)?.[1];
}

function plain(name: string): string {
  const word = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return /^(app|root|main|index|api|trpc|router)$/.test(word) ? 'app' : word.replace(/s$/, '');
}
