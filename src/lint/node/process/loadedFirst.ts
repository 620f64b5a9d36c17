import type { ProcessUnit } from '../../project/processUnit';

/** Options that load a file, or the hook for ES modules, before everything else. */
const FIRST =
  /(?:^|[\s"',[])(?:-r|--require|--import|--loader|--experimental-loader)(?:["',]*\s*|=)["']?([^\s"',\]]+)/g;

/** What such options load to run TypeScript, to read settings or to find modules: tracing is not set up by them. */
const OTHERS =
  /^(tsx|ts-node|tsconfig-paths|dotenv|dotenvx|@dotenvx|source-map-support|esbuild-register|@swc-node|@swc|@babel|@esbuild-kit|sucrase|module-alias|@oxc-node)(\/|$)/;

/** Whether something that may set tracing up is loaded before the program itself. */
export function isLoadedFirst({ deployment }: ProcessUnit): boolean {
  const { commands, environment, preloads = [] } = deployment;
  return (
    preloads.some(({ module }) => !OTHERS.test(module)) ||
    commands.some(({ text }) => loadsFirst(text)) ||
    environment.some(({ name, value }) => name === 'NODE_OPTIONS' && (value === undefined || loadsFirst(value)))
  );
}

function loadsFirst(text: string): boolean {
  return [...text.matchAll(FIRST)].some(([, module = '']) => !OTHERS.test(module));
}
