/** Theme colours a service may have. Red is left to errors; `charts.foreground` and `charts.lines` are no colours. */
export const SERVICE_HUES = ['charts.blue', 'charts.green', 'charts.orange', 'charts.purple', 'charts.yellow'] as const;

export type ServiceHue = (typeof SERVICE_HUES)[number];

/** How strongly a hue is mixed with the background; 0 is the hue itself. */
export const SERVICE_TONES = 3;

/** The same service gets the same hue in every view: its index in {@link SERVICE_HUES}, out of its name alone. */
export function serviceColorIndex(service: string): number {
  return hash(service) % SERVICE_HUES.length;
}

/** The theme colour of a service, for views that draw with theme colours only. */
export function serviceHue(service: string): ServiceHue {
  return SERVICE_HUES[serviceColorIndex(service)]!;
}

/**
 * Tones for services shown together: services of one hue get different tones, in the order of their names, so that two
 * neighbours look alike only when there are more than `SERVICE_HUES.length * SERVICE_TONES` of them.
 * @returns a tone from 0 to `SERVICE_TONES - 1` for each entry of `services`.
 */
export function serviceTones(services: readonly string[]): number[] {
  const seen = new Map<number, number>();
  const tones = new Map<string, number>();
  for (const service of [...new Set(services)].sort()) {
    const hue = serviceColorIndex(service);
    const nth = seen.get(hue) ?? 0;
    seen.set(hue, nth + 1);
    tones.set(service, nth % SERVICE_TONES);
  }
  return services.map((service) => tones.get(service) ?? 0);
}

/** Chosen by trying: with it the usual names of small systems (frontend, backend, cart, checkout, payment) differ. */
const SEED = 8384;

/** FNV-1a over UTF-16 units with murmur3's finish: short, and even on names that differ in one letter. */
function hash(text: string): number {
  let h = SEED;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
