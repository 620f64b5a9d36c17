import { SaxesParser } from 'saxes';
import type { ReadFile } from '../projectFiles';

/** Elements beyond this are no build file's. */
const MAX_ELEMENTS = 200_000;

/** An XML element with its place. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, trimmed. */
  readonly text: string;
  /** Offset of its `<`. */
  readonly start: number;
  /** Offset behind its end tag. */
  readonly end: number;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly start: number;
}

/** The root element of an XML text; a string is why it is none. Entities that a text declares are not known to the parser. */
export function readXml(file: ReadFile): XmlElement | string {
  // The parser refuses what stands before the declaration, which editors and tools put up with.
  const skipped = /^\uFEFF?\s*(?=<)/.exec(file.text)?.[0].length ?? 0;
  const parser = new SaxesParser<{ position: true; xmlns: false }>({ position: true, xmlns: false });
  const stack: OpenElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  let start = 0;
  parser.on('opentagstart', ({ name }) => {
    // The parser stands behind the name.
    start = file.text.lastIndexOf(`<${name}`, parser.position + skipped);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++count > MAX_ELEMENTS) throw new Error(`more than ${MAX_ELEMENTS} elements`);
    stack.push({ name, attributes, children: [], text: '', start });
  });
  const add = (text: string): void => {
    const top = stack.at(-1);
    if (top) top.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const open = stack.pop();
    if (open === undefined) return;
    const element = { ...open, text: open.text.trim(), end: parser.position + skipped };
    const parent = stack.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.on('error', (error) => {
    throw error;
  });
  try {
    parser.write(file.text.slice(skipped)).close();
  } catch (error) {
    return `no XML: ${error instanceof Error ? error.message : String(error)}`;
  }
  return root ?? 'no XML: empty';
}

/** The first child of a name, following names down. */
export function childAt(element: XmlElement | undefined, ...names: string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), element);
}

/** All children of a name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of a child; undefined where there is none, or it is empty. */
export function childText(element: XmlElement | undefined, ...names: string[]): string | undefined {
  const text = childAt(element, ...names)?.text;
  return text === '' ? undefined : text;
}
