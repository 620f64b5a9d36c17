import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { cached, type Log } from './cacheFolder';
import { npmPackages } from './npmPackages';

const CHROMIUM = '153.0.0';
const FONTS = '2.37.3';

/** Only the fonts beside it, so that screenshots look the same on every machine. */
const FONT_CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
`;

/** A browser on disk and what its process needs to run. */
export interface ChromiumBinary {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it came from, for the log. */
  readonly origin: string;
}

/**
 * The Chromium the tests use: the one `SPANLIGHT_CHROMIUM` names, else an installed Chrome or Chromium, else the one
 * that the npm package @sparticuz/chromium carries (Linux x64), unpacked into the cache. `SPANLIGHT_CHROMIUM=package`
 * asks for the last outright.
 * @throws Error with the cure where none of the three is to be had.
 */
export async function findChromium(log: Log): Promise<ChromiumBinary> {
  const named = process.env['SPANLIGHT_CHROMIUM'];
  if (named && named !== 'package') {
    if (!existsSync(named)) throw new Error(`SPANLIGHT_CHROMIUM names ${named}, which does not exist.`);
    return { executable: named, args: [], env: {}, origin: 'SPANLIGHT_CHROMIUM' };
  }
  const installed = named ? undefined : installedBrowsers().find((file) => existsSync(file));
  if (installed) return { executable: installed, args: [], env: {}, origin: installed };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Missing: a Chrome or Chromium. Install one, or name one in SPANLIGHT_CHROMIUM.');
  }
  return packagedChromium(log);
}

function installedBrowsers(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    );
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) =>
      ['Google/Chrome', 'Microsoft/Edge'].map((app) =>
        path.join(process.env[variable] ?? '', app, 'Application', app.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe'),
      ),
    );
  }
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/**
 * The package's own launcher wants Node 22, unpacks into the system's temporary folder and chooses a single process;
 * its archives can be read by any Node. They hold the headless shell and the NSS libraries that a bare Linux lacks. DejaVu is added for its monospaced letters and block elements.
 */
async function packagedChromium(log: Log): Promise<ChromiumBinary> {
  const folder = await cached(`chromium-${CHROMIUM}`, log, async (target) => {
    const packages = await npmPackages(
      `chromium-package-${CHROMIUM}`,
      { '@sparticuz/chromium': CHROMIUM, 'dejavu-fonts-ttf': FONTS },
      log,
    );
    const archives = path.join(packages, 'node_modules', '@sparticuz', 'chromium', 'bin');
    for (const name of ['chromium', 'al2023.tar', 'fonts.tar']) {
      const file = path.join(target, name);
      await pipeline(
        createReadStream(path.join(archives, `${name}.br`)),
        createBrotliDecompress(),
        createWriteStream(file, { mode: 0o755 }),
      );
      if (!name.endsWith('.tar')) continue;
      execFileSync('tar', ['-xf', file, '-C', target, '--no-same-owner']);
      await rm(file);
    }
    const dejavu = path.join(packages, 'node_modules', 'dejavu-fonts-ttf', 'ttf');
    await cp(dejavu, path.join(target, 'fonts', 'dejavu'), { recursive: true });
    await writeFile(path.join(target, 'fonts.conf'), FONT_CONFIGURATION);
    await rm(packages, { recursive: true, force: true });
  });
  return {
    executable: path.join(folder, 'chromium'),
    args: ['--disable-gpu'],
    env: {
      LD_LIBRARY_PATH: [path.join(folder, 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
    },
    origin: `@sparticuz/chromium ${CHROMIUM}`,
  };
}
