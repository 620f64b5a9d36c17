import type { AttributeView } from '../../protocol/traceView';

export interface AttributeGroup {
  readonly title: string;
  readonly attributes: readonly AttributeView[];
}

/** Groups in the order in which they are shown, by the namespaces of the semantic conventions. */
const GROUPS: readonly { readonly title: string; readonly prefix: RegExp }[] = [
  { title: 'Code', prefix: /^code\./ },
  { title: 'Error', prefix: /^(error|exception)(\.|$)/ },
  { title: 'HTTP', prefix: /^(http|url|user_agent)\./ },
  { title: 'RPC', prefix: /^(rpc|grpc)\./ },
  { title: 'Database', prefix: /^db\./ },
  { title: 'Messaging', prefix: /^messaging\./ },
  { title: 'Generative AI', prefix: /^gen_ai\./ },
  { title: 'Function', prefix: /^faas\./ },
  { title: 'Network', prefix: /^(net|network|server|client|peer|destination|source|tls)\./ },
  { title: 'User and session', prefix: /^(enduser|user|session)\./ },
  { title: 'Thread', prefix: /^thread\./ },
  { title: 'Service', prefix: /^(service|deployment)\./ },
  { title: 'SDK', prefix: /^telemetry\./ },
  { title: 'Process and host', prefix: /^(process|host|os|device|system)\./ },
  { title: 'Platform', prefix: /^(k8s|container|cloud|aws|gcp|azure)\./ },
];

const OTHER = 'Other';

/** Sorts attributes into groups; within a group by key. Groups without attributes are left out. */
export function groupAttributes(attributes: readonly AttributeView[]): AttributeGroup[] {
  const byTitle = new Map<string, AttributeView[]>();
  for (const attribute of attributes) {
    const title = GROUPS.find((group) => group.prefix.test(attribute.key))?.title ?? OTHER;
    const list = byTitle.get(title);
    if (list === undefined) byTitle.set(title, [attribute]);
    else list.push(attribute);
  }
  return [...GROUPS.map((group) => group.title), OTHER].flatMap((title) => {
    const list = byTitle.get(title);
    if (list === undefined) return [];
    return [{ title, attributes: list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) }];
  });
}
