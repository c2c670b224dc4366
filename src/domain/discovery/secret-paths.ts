/** Files that are secrets by their names: the rules, and what an operator adds to them and takes from them. */
export interface SecretGlobs {
  /** Paths that are secrets too. They win over `allow`. */
  readonly extra: readonly ((path: string) => boolean)[];
  /** Paths that are no secrets whatever the rules say; their lines are still looked through. */
  readonly allow: readonly ((path: string) => boolean)[];
}

export const noSecretGlobs: SecretGlobs = { extra: [], allow: [] };

/** What the rules go by, in lower case; the documentation lists it. */
export const secretPathRules = {
  /** Whole names. */
  names: [
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_ecdsa_sk",
    "id_ed25519_sk",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    ".pypirc",
    ".git-credentials",
    ".dockercfg",
    ".s3cfg",
    ".boto",
    "credentials",
    "credentials.json",
    "credentials.yml",
    "credentials.yaml",
    "credentials.xml",
    "client_secret.json",
    "client_secrets.json",
    "service-account.json",
    "service_account.json",
    "serviceaccountkey.json",
    "master.key",
    "secrets.json",
    "secrets.yml",
    "secrets.yaml",
    "secrets.toml",
    "secret.json",
    "secret.yml",
    "secret.yaml",
    "kubeconfig",
    ".vault-token",
    ".terraformrc",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    ".envrc",
    "wallet.dat",
  ],
  /** Ends of names. */
  endings: [
    ".pem",
    ".key",
    ".p12",
    ".pfx",
    ".pkcs12",
    ".jks",
    ".keystore",
    ".ppk",
    ".kdbx",
    ".kdb",
    ".asc.key",
    ".gpg",
    ".pgp",
    ".ovpn",
    ".tfstate",
    ".tfstate.backup",
    ".der",
    ".p8",
    ".agekey",
  ],
  /** Whole folders, or one file of them, but for the names that hold no secret. */
  folders: [
    { folder: ".ssh", but: ["known_hosts", "config"] },
    { folder: ".gnupg", but: [] },
    { folder: ".aws", but: ["config"] },
  ],
  /** Names inside folders of a name. */
  inFolders: [
    { folder: ".docker", name: "config.json" },
    { folder: ".kube", name: "config" },
  ],
  /** Beginnings of names that only private keys have. */
  beginnings: ["private_key", "private-key", "privatekey", "id_rsa", "id_ed25519"],
} as const;

const names: ReadonlySet<string> = new Set(secretPathRules.names);
/** `.env`, `.env.local`, `prod.env`; but what is written to be shown stays readable. */
const environmentFile = /^(?:\.env(?:\..+)?|[\w.-]*\.env)$/;
const shownEnvironment = /(?:^|[._-])(?:example|sample|template|tmpl|dist|default|defaults|schema|test|ci)(?:[._-]|$)/;
const shown = /(?:^|[._-])(?:example|sample|template)(?:[._-]|$)/;

/** Whether a file is a secret by its path alone. */
export function secretPath(path: string, { extra, allow }: SecretGlobs): boolean {
  if (extra.some((matches) => matches(path))) return true;
  if (!byRule(path.toLowerCase())) return false;
  return !allow.some((matches) => matches(path));
}

function byRule(path: string): boolean {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  const folder = folders.at(-1);
  if (name.endsWith(".pub")) return false;
  if (environmentFile.test(name)) return !shownEnvironment.test(name);
  if (names.has(name) || secretPathRules.endings.some((ending) => name.endsWith(ending))) return !shown.test(name);
  return (
    secretPathRules.folders.some((rule) => rule.folder === folder && !rule.but.some((one) => one === name)) ||
    secretPathRules.inFolders.some((rule) => rule.folder === folder && rule.name === name) ||
    secretPathRules.beginnings.some(
      (beginning) => name.startsWith(beginning) && !/^\w/.test(name.slice(beginning.length)),
    )
  );
}
