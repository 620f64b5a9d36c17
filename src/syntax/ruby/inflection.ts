/** Plurals that no rule gives, for names of resources. */
const IRREGULAR: Readonly<Record<string, string>> = {
  person: 'people',
  child: 'children',
  man: 'men',
  woman: 'women',
  medium: 'media',
  datum: 'data',
  series: 'series',
  news: 'news',
  equipment: 'equipment',
  information: 'information',
  status: 'statuses',
};

/** `order` → `orders`: a singular resource is answered by the controller of the plural, as Active Support forms it. */
export function pluralOf(word: string): string {
  const [, start = '', last = word] = /^(.*_)?([^_]+)$/.exec(word) ?? [];
  const irregular = IRREGULAR[last];
  if (irregular !== undefined) return start + irregular;
  if (/(s|x|z|ch|sh)$/.test(last)) return /[^s]s$/.test(last) && !/(us|is|as)$/.test(last) ? word : `${word}es`;
  return /[^aeiou]y$/.test(last) ? word.replace(/y$/, 'ies') : `${word}s`;
}

/** `orders` → `order`: what the parameter of a nested resource is called after. */
export function singularOf(word: string): string {
  const irregular = Object.entries(IRREGULAR).find(([, plural]) => plural === word)?.[0];
  if (irregular !== undefined) return irregular;
  if (/ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(sses|shes|ches|xes|uses)$/.test(word)) return word.replace(/es$/, '');
  return word.replace(/(?<=[^s])s$/, '');
}

/** `order_items` → `OrderItems`; `admin/orders` → `Admin.Orders`. */
export function constantOf(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replace(/(?:^|[_-])(\w)/g, (_, letter: string) => letter.toUpperCase()))
    .join('.');
}
