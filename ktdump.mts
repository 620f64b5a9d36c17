import { Parser, Language } from '/work/h/kotlin/node_modules/web-tree-sitter/web-tree-sitter.js';
await Parser.init();
const l = await Language.load('/work/h/kotlin/node_modules/@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm');
const p = new Parser(); p.setLanguage(l);
const t = p.parse(process.argv[2]!)!;
console.log(t.rootNode.toString().replace(/\(block/g,'\n  (block'));
