/** What the app sees of the sync engine. No screen touches a store, a socket or a clock: only this. */

/** A JSON value as ops and rows carry it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The six states of a person's act (P18). */
export type OpState = 'draft' | 'waiting' | 'sending' | 'delivered' | 'needs_you' | 'returned';

/** An entity as the screen shows it: the confirmed row with this person's own unconfirmed acts applied. */
export interface Row {
  readonly id: string;
  readonly kind: string;
  /** Created at, corrected, UTC ms. */
  readonly at: number;
  /** The person who created it. */
  readonly by: string;
  readonly f: Readonly<Record<string, Json>>;
  /** The op that is its version. */
  readonly ver: string;
  /** Who wrote a field last, where another op than the creating one did: [person, at, op]. */
  readonly w?: Readonly<Record<string, readonly [string, number, string]>>;
  readonly x?: readonly string[];
  readonly erased?: boolean;
  /** It is a shade: masked, with keyed hashes in h (PROTOCOL 10.5). */
  readonly sh?: boolean;
  readonly h?: Readonly<Record<string, string>>;
  /** Log position of the confirmed version; 0 while nothing is confirmed. */
  readonly n: number;
}

/** How one's own acts on one entity stand. Undefined where one has none that the device still keeps. */
export interface RecordState {
  readonly state: OpState;
  /** The code of a refusal, or why the act is held. */
  readonly code?: string;
  /** Ids of the acts behind it, oldest first. */
  readonly ops: readonly string[];
}

/** One of one's own acts on this device, for a record's history and the "not sent" list. */
export interface OwnAct {
  readonly id: string;
  readonly kind: string;
  readonly entity: string;
  readonly at: number;
  readonly state: OpState;
  readonly code?: string;
  /** What the act carried, while the device still holds it in the clear: a refused act can be recorded anew from it. */
  readonly values?: Readonly<Record<string, Json>>;
  readonly private?: Readonly<Record<string, Json>>;
}

export interface Watch<T> {
  readonly value: T | undefined;
  /** Calls back at once when there is a value, then at every change; returns the way out. */
  subscribe(changed: (value: T) => void): () => void;
}

export interface Status {
  /** Does the server answer? navigator.onLine is only a hint in it. */
  readonly network: 'online' | 'offline' | 'connecting';
  /** This device's acts not yet acknowledged, everybody's, those being sent included. */
  readonly waiting: number;
  readonly sending: number;
  /** Open notices of the person signed in. */
  readonly needsYou: number;
  /** Last time everything was exchanged, anchored UTC ms. */
  readonly syncedAt: number | null;
  /** Device clock minus anchored time in ms, when a time anchor is held. */
  readonly clockOffset: number | null;
  /** navigator.storage.persisted(). */
  readonly persistent: boolean;
  /** The device was revoked, or its storage was emptied with acts unsent. */
  readonly trouble: null | 'revoked' | 'storage_lost' | 'storage_full' | 'old_app' | 'signed_out_elsewhere';
}

export interface Who {
  readonly person: string;
  readonly org: string;
  readonly device: string;
}

/** The post that this device stands at, when it is a post's kiosk (P10, P12). */
export interface Kiosk {
  readonly post: string;
  readonly name: string;
  readonly site: string;
  readonly siteName: string;
  /** IANA zone of the site. */
  readonly zone: string;
  readonly label: string;
}

/** A person who has signed in here before: a name for the switcher, nothing else. */
export interface Known {
  readonly person: string;
  readonly name: string;
}

export interface Act {
  readonly kind: string;
  /** Omitted when the act creates the entity. */
  readonly entity?: string;
  readonly values?: Readonly<Record<string, Json>>;
  readonly private?: Readonly<Record<string, Json>>;
  readonly dependsOn?: readonly string[];
}

/** A problem with a stable code: from the server (problem+json) or from here (`unreachable`, `not_json`, `malformed` …). */
export interface Problem {
  readonly code: string;
  readonly detail?: string;
  /** The field a malformed act stumbled over. */
  readonly field?: string;
  readonly retryAfter?: number;
  /** For org_needed: the choices. */
  readonly orgs?: readonly { id: string; name: string }[];
}

export type Answer<T> = { readonly ok: T } | { readonly problem: Problem };

/** One act on a record as the server's log has it (PROTOCOL §12). */
export interface HistoryEntry {
  readonly op: string;
  readonly kind: string;
  readonly actor: string;
  /** What its device is called. */
  readonly label: string;
  /** Corrected time of the act, and when it arrived, UTC ms. */
  readonly at: number;
  readonly received: number;
  readonly d: string;
  readonly code?: string;
  readonly because?: readonly Json[];
  readonly clause?: string;
  readonly told?: Readonly<Record<string, string | number>>;
  readonly why?: string;
  readonly touched: readonly string[];
  readonly values?: Readonly<Record<string, Json>>;
  readonly private?: Readonly<Record<string, Json>>;
  /** Id of its device. */
  readonly device: string;
  /** Values that did not stay: `[field, value, whose stays, since when]`. */
  readonly lost: readonly (readonly [string, Json, string, number])[];
  /** What was decided about it since: a release, a return, an erasure; `actor` is absent where its cause came by itself. */
  readonly later: readonly {
    readonly type: string;
    readonly at: number;
    readonly actor?: string;
    readonly d?: string;
  }[];
}

export interface History {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  readonly names: Readonly<Record<string, string>>;
}

/** What somebody with a one-time code typed (PROTOCOL 4.7). */
export interface NewPassword {
  readonly login: string;
  readonly code: string;
  readonly password: string;
}

/** A one-time code as it is told, and when it expires, UTC ms (4.8). */
export interface SignInCode {
  readonly code: string;
  readonly expires: number;
}

/** Takes what it knows out of a server's answer; undefined: it is no answer to this question. */
export type Reading<T> = (answer: Readonly<Record<string, unknown>>) => T | undefined;
/** A change that is only thought of (PROTOCOL 13.2): a device revoked, or a person moved to a team, or gone. */
export type Planned =
  | { readonly device: string }
  | { readonly person: string; readonly team: string }
  | { readonly person: string; readonly leaves: true };

/** What it would do. */
export interface Effects {
  /** Devices that it reaches: acts waiting there that the server lacks, and rows that will be deleted there. */
  readonly devices: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: string;
    readonly waiting: number;
    readonly rows: number;
  }[];
  /** The person's shifts that are not over; they stay theirs. */
  readonly shifts: number;
}

export interface View {
  get(id: string): Promise<Row | undefined>;
  /** Rows of a kind whose order key (see EngineOptions.orders) begins with `prefix`, newest (greatest) first. */
  list(kind: string, query: { prefix: readonly (string | number)[]; limit: number }): Promise<Row[]>;
  /** All rows of a kind; for small kinds and for search. */
  all(kind: string): Promise<Row[]>;
  /** Full-row search and shade search by keyed hash: rows of a kind whose text fields contain the term, newest first. */
  search(kind: string, query: { prefix: readonly (string | number)[]; term: string; limit: number }): Promise<Row[]>;
  state(entity: string): RecordState | undefined;
  /** The scopes whose rows are held here: `site:…`, `lead:…` and so on (P23). */
  scopes(): readonly string[];
  ownActs(): readonly OwnAct[];
}

export interface Engine {
  readonly status: Watch<Status>;
  /** Null: nobody is signed in here. */
  readonly who: Watch<Who | null>;
  readonly known: Watch<readonly Known[]>;
  /** Null: this device is no kiosk. */
  readonly kiosk: Watch<Kiosk | null>;
  /** Enrols this browser when it is not yet, and signs the person in. Needs the network. */
  signIn(login: string, password: string, org?: string): Promise<Answer<Who>>;
  /** Works offline; the person's acts stay in the outbox and are sent. */
  signOut(): Promise<void>;
  /** Records an act. It resolves when the act is on disk ("recorded"), never later. */
  act(act: Act): Promise<Answer<{ readonly id: string; readonly entity: string }>>;
  /**
   * Records an act of somebody of the kiosk's post who has not signed in (P10): `sign_in_needed` on any other device
   * and for kinds that do not declare it.
   */
  actFor(person: string, act: Act): Promise<Answer<{ readonly id: string; readonly entity: string }>>;
  /** Re-runs `read` when rows of these kinds, or one's own acts, change. */
  watch<T>(kinds: readonly string[], read: (view: View) => Promise<T>): Watch<T>;
  /** The same over what a kiosk holds with nobody signed in: its post's rows, and what was recorded here unsigned. */
  watchPost<T>(kinds: readonly string[], read: (view: View) => Promise<T>): Watch<T>;
  /** Everything that was ever done to a record, asked of the server: `unreachable` with no network. */
  history(entity: string): Promise<Answer<History>>;
  /** Sets a password by a one-time code; `signIn` with it comes after. Needs the network. */
  setPassword(given: NewPassword): Promise<Answer<{ readonly org: string }>>;
  /** A one-time code for a colleague. Needs the network. */
  makeCode(person: string): Promise<Answer<SignInCode>>;
  /** Anything else that only the server answers: posts `body`, or gets where it is null. Needs the network. */
  online<T>(path: string, body: Json, read: Reading<T>): Promise<Answer<T>>;
  /** What a change would do, before an admin makes it. Needs the network. */
  effects(planned: Planned): Promise<Answer<Effects>>;
  /** Sends or fetches a file, or asks about one. Needs the network. */
  file(path: string, asked: FileAsked): Promise<Answer<FileGiven>>;
  /** Exchange now (a button); never needed for correctness. */
  syncNow(): void;
  /** Best knowledge of true time, UTC ms. */
  now(): number;
  readonly drafts: {
    get(key: string): Promise<Json | undefined>;
    put(key: string, value: Json): Promise<void>;
    delete(key: string): Promise<void>;
  };
  /** Asks the browser to keep the storage. */
  persist(): Promise<boolean>;
  close(): Promise<void>;
}

/** A request about a file: with a body it is sent, else fetched. */
export interface FileAsked {
  /** The language of what comes back. */
  readonly language: string;
  readonly body?: { readonly type: string; readonly data: Blob | string };
}

export interface FileGiven {
  readonly type: string;
  readonly data: Blob;
}

export interface EngineOptions {
  /** Order key of a row within its kind, for View.list. */
  readonly orders: Readonly<Record<string, (row: Row) => readonly (string | number)[]>>;
  /** A label for this device, shown to admins. */
  readonly label: string;
  /** Version and build of this app, printable ASCII, at most 80 characters: admins see which devices lag. */
  readonly app: string;
}
