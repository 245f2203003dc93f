/** What is signed or sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** What the settings say of who asks. */
export interface Credentials {
  readonly user?: string;
  readonly clientId?: string;
  readonly secret: string;
}
