// Sign-in with Entra where the page stands in a browser of its own: authorisation code with PKCE, by Microsoft's library.

import { SignInNeeded } from "./sign-in.js";

/** What the library says when Entra could not be reached: trying again later helps, signing in does not. */
const UNREACHED = /network|post_request_failed|get_request_failed|openid_config_error|endpoint_resolution/;

/** Who signs in at `authority`; whoever has come back from there is signed in already. */
export async function findAccount({ clientId, signIn }) {
  await import("./vendor/msal.js");
  const page = new URL(".", location).href;
  const client = new window.msal.PublicClientApplication({
    auth: {
      clientId,
      authority: signIn.authority,
      knownAuthorities: [new URL(signIn.authority).host],
      redirectUri: page,
      postLogoutRedirectUri: page,
    },
    // Survives a reload, ends with the window.
    cache: { cacheLocation: "sessionStorage" },
  });
  await client.initialize();
  const account = new Account(client, signIn.scope);
  await account.comeBack();
  return account;
}

class Account {
  #client;
  #scope;
  #problem = null;

  constructor(client, scope) {
    this.#client = client;
    this.#scope = scope;
  }

  async comeBack() {
    try {
      const answer = await this.#client.handleRedirectPromise();
      if (answer) this.#client.setActiveAccount(answer.account);
    } catch (error) {
      this.#problem = error;
    }
  }

  /** The signed-in person's address; empty where there is nobody. */
  get name() {
    return this.#account?.username ?? "";
  }

  /** A token for the server; `isRefused`: not the one that was given out last. Raises SignInNeeded. */
  async token(isRefused) {
    const problem = this.#problem;
    this.#problem = null;
    if (problem) throw problem;
    const account = this.#account;
    if (!account) throw new SignInNeeded({ isFirst: true });
    const { AccessTokenAndRefreshToken, RefreshToken } = window.msal.CacheLookupPolicy;
    try {
      const answer = await this.#client.acquireTokenSilent({
        scopes: [this.#scope],
        account,
        // Never by a hidden frame: browsers keep Entra's cookies from it, and the page's policy forbids it.
        cacheLookupPolicy: isRefused ? RefreshToken : AccessTokenAndRefreshToken,
      });
      return answer.accessToken;
    } catch (error) {
      if (UNREACHED.test(error.errorCode ?? "")) throw new TypeError("Entra cannot be reached", { cause: error });
      throw error;
    }
  }

  /** The browser goes to Entra, and comes back to this address. `other`: with an account to be picked. */
  async signIn(other = false) {
    const hint = other ? { prompt: "select_account" } : { loginHint: this.#account?.username };
    await this.#client.loginRedirect({ scopes: [this.#scope], ...hint });
  }

  /** Nothing of the person is left in this window. */
  async signOut() {
    await this.#client.logoutRedirect({ account: this.#account });
  }

  get #account() {
    return this.#client.getActiveAccount() ?? this.#client.getAllAccounts()[0] ?? null;
  }
}

/** The line that says who is signed in, with what they can do about it. */
export function showAccount(place, account, forget) {
  place.hidden = account.name === "";
  place.querySelector("#account-name").textContent = account.name;
  place.querySelector("#account-other").addEventListener("click", () => account.signIn(true));
  place.querySelector("#account-out").addEventListener("click", () => {
    forget();
    account.signOut();
  });
}
