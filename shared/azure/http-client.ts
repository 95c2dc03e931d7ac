import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

/**
 * A transport that sends every request to a simulated estate on loopback instead of Azure: the first path
 * segment carries the host it was meant for. SDKs refuse bearer tokens over http, so they must go on
 * believing in https; only the last step knows better.
 */
export function createEstateHttpClient(estateUrl: string): HttpClient {
  const inner = createDefaultHttpClient();
  const base = estateUrl.replace(/\/+$/, '');
  return {
    sendRequest(request) {
      const meant = request.url;
      const url = new URL(meant);
      request.url = `${base}/${url.host}${url.pathname}${url.search}`;
      request.allowInsecureConnection = true;
      return inner.sendRequest(request).finally(() => {
        request.url = meant;
      });
    },
  };
}
