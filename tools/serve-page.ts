import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page that is being served to a local browser. */
export interface ServedPage {
  readonly address: string;
  stop(): void;
}

/**
 * Serves a page on a free port of this machine.
 *
 * @param scripts their texts by path, such as `/page.js`
 * @param entry the path of the script that the page starts with, and whether it is a module
 * @param headers of every response, such as a content security policy
 */
export async function servePage(
  scripts: ReadonlyMap<string, string>,
  entry: { readonly path: string; readonly module: boolean },
  headers: Readonly<Record<string, string>>,
): Promise<ServedPage> {
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.writeHead(script === undefined && request.url !== '/' ? 404 : 200, {
      'Content-Type': script === undefined ? 'text/html' : 'text/javascript',
      ...headers,
    });
    response.end(
      script ?? `<!doctype html><meta charset="utf-8"><script ${entry.module ? 'type="module"' : 'defer'} src="${entry.path}"></script>`,
    );
  });
  await new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => void server.close() };
}
