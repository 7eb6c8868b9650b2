/** A group of methods of the client. It can be created alone, or as a part of a client. */
import type { ClientConfig } from './config.ts';
import { Core } from './core.ts';

export class Resource {
  protected readonly core: Core;

  /** `serviceUrl`: base URL of the server, e.g. `http://127.0.0.1:4141/v1`. Default: `OPENAI_BASE_URL`. */
  constructor(config: ClientConfig | Core = {}, serviceUrl?: string) {
    this.core = config instanceof Core ? config : new Core(config, serviceUrl);
  }

  /** Closes the connections of the client. */
  async close(): Promise<void> {
    await this.core.close();
  }
}
