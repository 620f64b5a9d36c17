import type { BackendAddress } from '../backendConfig';

/** A page of Cloud Observability, in the US or in the EU; the first part of its path is the project. */
const PAGE = /^https?:\/\/app\.(eu\.)?lightstep\.com(?:\/([\w.~-]+))?(?:[/?#]|$)/i;

/** Where the pages of the data center are that an address of the API is in. Source: docs.lightstep.com, "About the EU data center". */
export function lightstepPages(address: string): string {
  const isEu = /\.eu\.lightstep\.com$/i.test(new URL(address).hostname);
  return `https://app.${isEu ? 'eu.' : ''}lightstep.com`;
}

/** What stands for an address: a page that was copied from the browser. */
export function readLightstepAddress(text: string): BackendAddress | undefined {
  const [page, eu = '', project] = PAGE.exec(text.trim()) ?? [];
  if (page === undefined) return undefined;
  return {
    url: `https://api.${eu.toLowerCase()}lightstep.com`,
    options: project === undefined ? {} : { project },
  };
}
