import { CallSite } from './callSite';
import type { SourceFile } from './sourceFile';

/** A recogniser of calls. */
export type Idiom<File> = (call: CallSite, file: File) => void;

/** Recognisers under the names of the calls that they want to see. */
export type Idioms<File> = Readonly<Record<string, readonly Idiom<File>[]>>;

/** The recognisers of a name; none for a name that nobody asked for, be it `constructor`. */
export function idiomsOf<File>(table: Idioms<File>, name: string): readonly Idiom<File>[] {
  return Object.hasOwn(table, name) ? (table[name] ?? []) : [];
}

/** The sites that the query captured as calls (`call`) or constructions (`new`), in the parser's order. */
export function sitesOf({ captures, source }: SourceFile, topic: 'call' | 'new'): CallSite[] {
  return captures.of(topic).flatMap((capture) => CallSite.of(capture, source) ?? []);
}
