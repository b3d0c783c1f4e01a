import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publicKey } from "../../../../lib/webhooks/verify/public-key.ts";
import { type SourceOptions, sourceProblems, verifierNamed } from "../../../support/sources.ts";
import { hear } from "../../../support/spoken.ts";

// Keys and signatures were made once by OpenSSL 3: genpkey, ecparam, dgst -sha256 -sign, pkeyutl -sign -rawin.
const body = '{"order":"A-1","total":12.50}';
const ed25519Pem = [
  "-----BEGIN PUBLIC KEY-----",
  "MCowBQYDK2VwAyEAdt4cIRE0IcKqXvmg7q4EFM0eOSK8CtFr6YoJEtUZ2pk=",
  "-----END PUBLIC KEY-----",
].join("\n");
const ed25519Hex = "76de1c21113421c2aa5ef9a0eeae0414cd1e3922bc0ad16be98a0912d519da99";
const ed25519Signature =
  "rPbZfI60RtOfWZtwMLhCy/99KM1WQDE88E2KkKcPJIRVkS8LH977OqwbUPjChax9HGACNbHzbaN7tUZyJznYCw==";
const ecPem = [
  "-----BEGIN PUBLIC KEY-----",
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfoZkdOakTEbZ2Ej1LsZ462hoy62J",
  "obqrip7okFfz9MBViR16iEqZbWhfHiXTycWubvBBxwSu6AAvNaQIsbJI0w==",
  "-----END PUBLIC KEY-----",
].join("\n");
const ecDer =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfoZkdOakTEbZ2Ej1LsZ462hoy62Jobqrip7okFfz9MBViR16iEqZbWhfHiXTycWubvBBxwSu6AAvNaQIsbJI0w==";
const ecSignature =
  "MEYCIQDdDft2GiPvGHzOasMirXSINvG+3ol7ioCk0tCPzqqK+QIhAJ4fR2E649e1ynvGJvdXTKxNy1d3ntuu9Yj/IwwphWa1";
/** The two numbers of the same signature, one after the other. */
const ecRawSignature =
  "3Q37dhoj7xh8zmrDIq10iDbxvt6Je4qApNLQj86qivmeH0dhOuPXtcp7xib3V0ysTctXd57brvWI/yMMKYVmtQ==";
const rsaPem = [
  "-----BEGIN PUBLIC KEY-----",
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwNW3VyhtoslNxxbisyfN",
  "N940B6XpEyAp+xOXHG3gZ54DbrwulGRxgq8xvkdZThesmwh7+LZzKEI8tme4XnbL",
  "Ay3E5VTrBWO9cjMvpC2VCQ+4PNxdZaKKcxbTGbNU4uL0BJb6+B67sa1tRAyEYZ0a",
  "+zlsv399LraD/4GruOcqE4O3emgLX7XTYyEqUBjYikLuBAf5KKhDQSoWlqJmjtgp",
  "MHswSg17AsEnemfxkS6TVli0CaUe00JVxeWIsi+pLKJcYP1oxwiK/+hLO2/968sv",
  "Ub+SFCT/WJYAK7EDNs/nIMvUOo+XWW2qem/uRA6q2bsNW93NuYXK3k+kj4h4QN/S",
  "SQIDAQAB",
  "-----END PUBLIC KEY-----",
].join("\n");
const rsaPkcs1Pem = [
  "-----BEGIN RSA PUBLIC KEY-----",
  "MIIBCgKCAQEAwNW3VyhtoslNxxbisyfNN940B6XpEyAp+xOXHG3gZ54DbrwulGRx",
  "gq8xvkdZThesmwh7+LZzKEI8tme4XnbLAy3E5VTrBWO9cjMvpC2VCQ+4PNxdZaKK",
  "cxbTGbNU4uL0BJb6+B67sa1tRAyEYZ0a+zlsv399LraD/4GruOcqE4O3emgLX7XT",
  "YyEqUBjYikLuBAf5KKhDQSoWlqJmjtgpMHswSg17AsEnemfxkS6TVli0CaUe00JV",
  "xeWIsi+pLKJcYP1oxwiK/+hLO2/968svUb+SFCT/WJYAK7EDNs/nIMvUOo+XWW2q",
  "em/uRA6q2bsNW93NuYXK3k+kj4h4QN/SSQIDAQAB",
  "-----END RSA PUBLIC KEY-----",
].join("\n");
const rsaSignature =
  "vYxK32+BpFoMESRzSEscQbyVg79O43lw7cuLxzAJsFFkpcBQZDOuoF/9kwPjT4rM6Y+wtGvOCzkgALXafMKV81O7MT" +
  "GBbK/qcMDk1cTPbOVywciO70qu5o3a5i6xTIAchCCaR30c8fi352AHimFUjyQAc6+u8cxRBe50MwmUC1Kd57SacteS" +
  "TXYG/5gLbCG46Sqn7MgJLs95iquho3rdD7VBI8cD9lbEYDJ/38q5FBLUBJfkjhC+4cQN1tyB/v/8rdFdgbFUzA3NeP" +
  "bI2Z5unKnYbRLWJPQzcTWF4skM01l6mtynyteZ7mS+jN28lDcIqiUWDY2VwYSrBbQorgoVPQ==";
const pssSignature =
  "PBJrYZgP/9C95kAf0/0oD6qw3TsG3RBaC5ImAazp/4MdyV4jUlxtMzSuODfgPM5d2E8SkGUJGISnNSrGYFi3yeyIgh" +
  "A+zQbDSn4hq+fiWCsCCbB2g/xVA5J50qXuKpDo2Tyl5ryanQwyu3fO9clo6Yucy6QzM9Q4ewIsTiZhpIHhJQvsPtEL" +
  "3bx7X2QmiuVpsbVf10mJIQcC782WdNHJeigvaf7WSyn4ddB7wBwXVrUNyJCr5q9nvI6zG6WCbDc7aU0msO90Q7olgZ" +
  "0dzhijOyBhg1mY+6xTdF/s0kCc7YsHFQw037RdfP4f7zDV8CTnfkjD/QKX+4SFydiOm4H8JA==";
/** With the longest salt. */
const pssSaltedSignature =
  "vQpEzfv9uwLgH9WHuDMfTv/RONKD5a7UvQxPPD6xWIMLF0/Ew1H5EuQNnEvnUdJNfCl8qUAhov8NQ1zyazfKY/NiEa" +
  "o+dWrTRleEVw0dcevPMYtotYFIFC9ZYfMZhop1sCR5hZQfMeysGk1782ZPNK8qUga6nGEMODXPSx9keeHss5tBlbbl" +
  "PR7yYt5bYQUblMB/v7wlWKrFweqZ781Z8x0ksOLvWg4gilSbPkTKUX/adUuvwPP4HT1bBdGa6kLn5d/GamExtGbYUF" +
  "uTbm29ITFgjYYe7ID4Ge+h8zV/Lul3uqD7ftqQ7HbfJQaEwP5768UKCaVmDf322ZnQDKpZcA==";
const ec384Pem = [
  "-----BEGIN PUBLIC KEY-----",
  "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERCdubz8zjBznxV8bHlWHZNzoWmZd1jgL",
  "6NtQaRYD3TaAL/qavOsCdEnOKqapOXKqUitQs+qB9tEIG8F2BngMuS/hDmJI9erq",
  "z7TOpRDyEN35NSfPy7DChmHmliu+SrOi",
  "-----END PUBLIC KEY-----",
].join("\n");
/** Its signatures have 64 bytes. */
const rsa512Der =
  "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK/GuGj5RCFduuXRUhoPaHP5be23X1OvCCUrXkoIqAgs7GcGARIERsVGz6lz85" +
  "0mFqAgSJYL6TTMIOzcrJNaDPcCAwEAAQ==";
const ecPrivateDer =
  "MHcCAQEEIE8CoX/DE7V0zj0AxSdJ9711VnqLKj/fqv1sau/rJRwVoAoGCCqGSM49AwEHoUQDQgAEfoZkdOakTEbZ2E" +
  "j1LsZ462hoy62Jobqrip7okFfz9MBViR16iEqZbWhfHiXTycWubvBBxwSu6AAvNaQIsbJI0w==";

type Sent = {
  readonly signature: string;
  readonly secrets: readonly string[];
  readonly body?: string | Uint8Array;
  readonly options?: SourceOptions;
  readonly others?: Readonly<Record<string, string>>;
};

function verify(algorithm: string, { signature, secrets, options, others, ...sent }: Sent) {
  const verifier = verifierNamed("public-key", {
    ...{ header: "X-Sig", encoding: "base64", algorithm, ...options },
  });
  const headers = new Map(Object.entries({ "x-sig": signature, ...others }));
  const delivery = { headers, body: Buffer.from(sent.body ?? body) };
  const verification = verifier.verify(delivery, secrets);
  hear(verification);
  return verification;
}

function problemsWith(algorithm: unknown, secret: string): string[] {
  const hook = { verifier: "public-key", header: "x-sig", algorithm };
  return sourceProblems({ hook }, { hook: [secret] });
}

const accepted = { ok: true, secretIndex: 0 };
const signed = [
  ["ed25519", ed25519Pem, ed25519Signature],
  ["ecdsa-sha256", ecPem, ecSignature],
  ["ecdsa-sha256", ecPem, ecRawSignature],
  ["rsa-sha256", rsaPem, rsaSignature],
  ["rsa-sha256", rsaPem, pssSignature],
  ["rsa-sha256", rsaPem, pssSaltedSignature],
] as const;

describe("a signature made by OpenSSL", () => {
  test.for(signed)("a signature of %s is accepted (%#)", ([algorithm, secret, signature]) => {
    expect(verify(algorithm, { signature, secrets: [secret] })).toEqual(accepted);
  });

  test.for(signed)("a signature of %s in hex is accepted by default (%#)", (row) => {
    const [algorithm, secret, base64] = row;
    const signature = Buffer.from(base64, "base64").toString("hex");

    expect(
      verify(algorithm, { signature, secrets: [secret], options: { encoding: "hex" } }),
    ).toEqual(accepted);
  });

  test.for(signed)("a signature of %s is refused with any bit flipped (%#)", (row) => {
    const [algorithm, secret, base64] = row;
    const bytes = Buffer.from(base64, "base64");
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const signature = flipBit(bytes, bit).toString("base64");

        expect(verify(algorithm, { signature, secrets: [secret] }).ok).toBe(false);
      }),
    );
  });

  test.for(signed)("a signature of %s is refused with any bit of the body flipped (%#)", (row) => {
    const [algorithm, secret, signature] = row;
    fc.assert(
      fc.property(fc.nat({ max: body.length * 8 - 1 }), (bit) => {
        const sent = { signature, secrets: [secret], body: flipBit(Buffer.from(body), bit) };

        expect(verify(algorithm, sent)).toEqual({
          ok: false,
          reason: "the proof was made with another secret, or the body was changed on the way",
        });
      }),
    );
  });

  test.for(signed)(
    "any header, body and secrets of %s are verified without an exception (%#)",
    (row) => {
      const [algorithm, secret] = row;
      const texts = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.uint8Array({ maxLength: 1_100 }).map((bytes) => Buffer.from(bytes).toString("base64")),
      );
      const secrets = fc.array(fc.oneof(fc.constant(secret), texts), { maxLength: 3 });
      fc.assert(
        fc.property(texts, fc.uint8Array(), secrets, (signature, bytes, some) => {
          expect(verify(algorithm, { signature, body: bytes, secrets: some }).ok).toBe(false);
        }),
        { numRuns: 30 },
      );
    },
  );

  test("the position shows which of two keys verified, and a key is parsed once for all deliveries", () => {
    const other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    const sent = { signature: ed25519Signature, secrets: [other, ed25519Hex] };
    const { keyOf } = publicKey("ed25519");

    expect(verify("ed25519", sent)).toEqual({ ok: true, secretIndex: 1 });
    expect(keyOf(ed25519Hex)).toBe(keyOf(ed25519Hex));
    expect(keyOf(ed25519Hex)).not.toBe(keyOf(other));
  });

  test("an HMAC with the public key, which everybody may know, is refused", () => {
    // printf '%s' '{"order":"A-1","total":12.50}' | openssl dgst -sha256 -hmac <the key in hex>
    const signature = "bfa119f006faf02555bbd6f837daa6d6a9c3a820f5f91973a9a8996e9ea15bb9";

    expect(
      verify("ed25519", { signature, secrets: [ed25519Hex], options: { encoding: "hex" } }),
    ).toEqual({ ok: false, reason: "the header x-sig holds no <hex of 64 bytes>" });
  });
});

describe("a published vector", () => {
  // https://www.rfc-editor.org/rfc/rfc8032#section-7.1 (read 2026-11-30), tests 1 to 3.
  test.for([
    [
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ] as const)("a vector of RFC 8032 is accepted: %s", ([secret, message, signature]) => {
    const sent = { signature, secrets: [secret], body: Buffer.from(message, "hex") };

    expect(verify("ed25519", { ...sent, options: { encoding: "hex" } })).toEqual(accepted);
  });

  // https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js (read 2026-11-30)
  test("the vector of SendGrid's helper library is accepted, and refused at another time", () => {
    const time = "x-twilio-email-event-webhook-timestamp";
    const sent = {
      signature:
        "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=",
      secrets: [
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==",
      ],
      body: '{"category":"example_payload","event":"test_event","message_id":"message_id"}',
      options: { timestampHeader: time, template: "{timestamp}{body}" },
    };

    expect(verify("ecdsa-sha256", { ...sent, others: { [time]: "1588788367" } })).toEqual({
      ...accepted,
      timestampMs: 1_588_788_367_000,
    });
    expect(verify("ecdsa-sha256", { ...sent, others: { [time]: "1588788368" } }).ok).toBe(false);
  });

  // https://github.com/transferwise/digital-signatures-examples/tree/master/verify-webhook-signature (read 2026-11-30)
  test("the example of Wise is accepted with the key as it is shown there", () => {
    const key =
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwpb91cEYuyJNQepZAVfP" +
      "ZIlPZfNUefH+n6w9SW3fykqKu938cR7WadQv87oF2VuT+fDt7kqeRziTmPSUhqPU" +
      "ys/V2Q1rlfJuXbE+Gga37t7zwd0egQ+KyOEHQOpcTwKmtZ81ieGHynAQzsn1We3j" +
      "wt760MsCPJ7GMT141ByQM+yW1Bx+4SG3IGjXWyqOWrcXsxAvIXkpUD/jK/L958Cg" +
      "nZEgz0BSEh0QxYLITnW1lLokSx/dTianWPFEhMC9BgijempgNXHNfcVirg1lPSyg" +
      "z7KqoKUN0oHqWLr2U1A+7kqrl6O2nx3CKs1bj1hToT1+p4kcMoHXA7kA+VBLUpEs" +
      "VwIDAQAB";
    const signature =
      "wKcKCYXAzxNgiu7xmoDm943NUni7Rz33QN8JkEA9dWSGebgndonabgSj18Y4C08OrwVmueGsED2s00M7DtJVcYKOS1" +
      "i3G4TMVx+mgM3aL9djMBkQtiYNBFUd6wrPI7ZUNHv/TrlKSjTMc+6JFvUvJ7owY3z85e3I4jLRLJowMFvO8kvCJ60+" +
      "1pY9wDwZvtZ//WS93LrwGjk9Dvwzpmu0w+P4J75tETT5qC3Uv0y5G2yO8SEoO3yNP/tg/BOli02niHb53vEOUWUb9b" +
      "ly6thnfMoXoiV/osoGxgF20R58RlvkAmezyyl1Sv542TfS2DpiwVnmjjjkCyXeSUcKookYLQ==";
    const sent = {
      signature,
      body: '{"data":{"resource":{"id":49983981,"profile_id":16055450,"account_id":14124090,"type":"transfer"},"current_state":"incoming_payment_waiting","previous_state":null,"occurred_at":"2021-08-23T10:12:50Z"},"subscription_id":"90aa8e14-4ef1-4a56-861c-f3c9cde097ea","event_type":"transfers#state-change","schema_version":"2.0.0","sent_at":"2021-08-23T10:12:50Z"}',
    };
    const pem = `-----BEGIN PUBLIC KEY-----${key}-----END PUBLIC KEY-----`;

    expect(verify("rsa-sha256", { ...sent, secrets: [key] })).toEqual(accepted);
    expect(verify("rsa-sha256", { ...sent, secrets: [pem] })).toEqual(accepted);
  });
});

describe("a public key as a secret", () => {
  const inDer = Buffer.concat([
    Buffer.from("302a300506032b6570032100", "hex"),
    Buffer.from(ed25519Hex, "hex"),
  ]).toString("base64");

  test.for([
    ["PEM", ed25519Pem],
    ["PEM with a line break at its end", `${ed25519Pem}\n`],
    ["PEM with the line breaks of Windows", ed25519Pem.replaceAll("\n", "\r\n")],
    ["PEM with line breaks as text", ed25519Pem.replaceAll("\n", "\\n")],
    ["PEM with line breaks as text, also the last", `${ed25519Pem}\n`.replaceAll("\n", "\\n")],
    ["PEM with line breaks of Windows as text", ed25519Pem.replaceAll("\n", "\\r\\n")],
    ["PEM with line breaks as text in JSON", ed25519Pem.replaceAll("\n", "\\\\n")],
    ["PEM with blanks for line breaks", ed25519Pem.replaceAll("\n", " ")],
    ["PEM without line breaks", ed25519Pem.replaceAll("\n", "")],
    ["base64 of its DER", inDer],
    ["raw bytes in hex", ed25519Hex],
    ["raw bytes in upper case hex", ed25519Hex.toUpperCase()],
    ["raw bytes in base64", "dt4cIRE0IcKqXvmg7q4EFM0eOSK8CtFr6YoJEtUZ2pk="],
    ["raw bytes in unpadded base64", "dt4cIRE0IcKqXvmg7q4EFM0eOSK8CtFr6YoJEtUZ2pk"],
    [
      "base64 of its DER in the alphabet for URLs",
      Buffer.from(inDer, "base64").toString("base64url"),
    ],
    [
      "raw bytes as Standard Webhooks shows them",
      "whpk_dt4cIRE0IcKqXvmg7q4EFM0eOSK8CtFr6YoJEtUZ2pk=",
    ],
  ] as const)("an Ed25519 key is accepted in the form of %s", ([, secret]) => {
    expect(problemsWith("ed25519", secret)).toEqual([]);
    expect(verify("ed25519", { signature: ed25519Signature, secrets: [secret] })).toEqual(accepted);
  });

  test.for([
    ["ecdsa-sha256", ecPem, ecSignature],
    ["ecdsa-sha256", ecDer, ecSignature],
    ["ecdsa-sha256", ecDer.replace(/=+$/, ""), ecSignature],
    ["rsa-sha256", rsaPem, rsaSignature],
    ["rsa-sha256", rsaPem.replaceAll("\n", "\\n"), rsaSignature],
    ["rsa-sha256", rsaPkcs1Pem, rsaSignature],
    ["rsa-sha256", rsaPkcs1Pem.replaceAll("\n", "\\n"), rsaSignature],
  ] as const)("a key of %s is accepted in PEM and DER (%#)", ([algorithm, secret, signature]) => {
    expect(problemsWith(algorithm, secret)).toEqual([]);
    expect(verify(algorithm, { signature, secrets: [secret] })).toEqual(accepted);
  });

  test.for([
    ["ed25519", ecPem],
    ["ed25519", rsaPem],
    ["ed25519", ed25519Hex.slice(2)],
    ["ed25519", `${ed25519Hex}00`],
    ["ed25519", "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"],
    ["ecdsa-sha256", ed25519Pem],
    ["ecdsa-sha256", ed25519Hex],
    ["ecdsa-sha256", rsaPem],
    ["ecdsa-sha256", ec384Pem],
    ["ecdsa-sha256", ecPrivateDer],
    ["ecdsa-sha256", `-----BEGIN PRIVATE KEY-----${ecPrivateDer}-----END PRIVATE KEY-----`],
    ["ecdsa-sha256", `-----BEGIN EC PRIVATE KEY-----${ecPrivateDer}-----END EC PRIVATE KEY-----`],
    ["rsa-sha256", ecPem],
    ["rsa-sha256", ed25519Hex],
    ["rsa-sha256", rsaPem.slice(0, 200)],
    ["rsa-sha256", rsaPem + rsaPem],
    ["rsa-sha256", rsa512Der],
    ["rsa-sha256", `${rsaPem}${ecDer}`],
    ["rsa-sha256", `AAAA${rsaPem}`],
    ["rsa-sha256", "canary-provider-signing-secret-d2f7"],
    ["rsa-sha256", "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----"],
  ] as const)(
    "a secret that is no public key of %s is a problem that names its source, not the secret (%#)",
    ([algorithm, secret]) => {
      const bits = algorithm === "rsa-sha256" ? " of 1024 to 8192 bits" : "";

      expect(problemsWith(algorithm, secret)).toEqual([
        `WEBHOOK_SECRETS of the source hook must be a public key of its algorithm ${algorithm}${bits}, in PEM or base64`,
      ]);
      expect(publicKey(algorithm).keyOf(secret)).toBe(undefined);
    },
  );

  test("a secret with line breaks is accepted of no other verifier", () => {
    expect(sourceProblems({ hook: { verifier: "github" } }, { hook: [ed25519Pem] })).toEqual([
      "WEBHOOK_SECRETS of the source hook must be a list of secrets, each text of one line and not blank",
    ]);
  });

  test.for([undefined, "", "rsa", "RSA-SHA256", "sha256", "constructor"])(
    "the algorithm %j is a problem that lists the algorithms",
    (algorithm) => {
      const text =
        algorithm === undefined
          ? "is required"
          : "must be one of ed25519, ecdsa-sha256, rsa-sha256";

      expect(problemsWith(algorithm, ed25519Hex)).toEqual([
        `WEBHOOK_SOURCES hook.algorithm ${text}`,
      ]);
    },
  );

  test("the verifier has the options of hmac, but no secretEncoding", () => {
    const hook = {
      ...{ verifier: "public-key", header: "x-sig", algorithm: "ed25519", encoding: "base64url" },
      ...{ separator: ",", prefix: "v1=", timestampPrefix: "t=", idHeader: "x-id" },
      ...{ template: "{id}.{timestamp}.{body}", toleranceSeconds: 60 },
    };

    expect(sourceProblems({ hook }, { hook: [ed25519Hex] })).toEqual([]);
    expect(
      sourceProblems({ hook: { ...hook, secretEncoding: "hex" } }, { hook: [ed25519Hex] }),
    ).toEqual(["WEBHOOK_SOURCES hook.secretEncoding is no option of public-key"]);
  });
});

describe("the reason of a malformed signature", () => {
  test.for([
    ["ed25519", "AAAA", "<base64 of 64 bytes>"],
    [
      "ed25519",
      Buffer.from(ed25519Signature, "base64").toString("hex"),
      "<base64 of 64 bytes>, but hex",
    ],
    ["ecdsa-sha256", "AAAA", "<base64 of 8 to 72 bytes>"],
    ["ecdsa-sha256", Buffer.alloc(73).toString("base64"), "<base64 of 8 to 72 bytes>"],
    ["rsa-sha256", Buffer.alloc(127).toString("base64"), "<base64 of 128 to 1024 bytes>"],
    ["rsa-sha256", Buffer.alloc(1_025).toString("base64"), "<base64 of 128 to 1024 bytes>"],
  ] as const)(
    "the reason says what a header of %s has to hold (%#)",
    ([algorithm, signature, form]) => {
      expect(verify(algorithm, { signature, secrets: [] })).toEqual({
        ok: false,
        reason: `the header x-sig holds no ${form}`,
      });
    },
  );

  test.for([
    ["ecdsa-sha256", 8],
    ["ecdsa-sha256", 72],
    ["rsa-sha256", 128],
    ["rsa-sha256", 1_024],
  ] as const)("a signature of %s with %i bytes is tried", ([algorithm, length]) => {
    const signature = Buffer.alloc(length).toString("base64");

    expect(verify(algorithm, { signature, secrets: [] })).toMatchObject({
      reason: expect.stringContaining("none of the 0 secrets"),
    });
  });
});

function flipBit(bytes: Uint8Array, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const at = bit >> 3;
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (bit & 7)), at);
  return flipped;
}
