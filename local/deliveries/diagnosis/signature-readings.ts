/** A text of a header, as one encoding reads it. */
export type SignatureReading = {
  readonly bytes: Buffer;
  readonly encoding: string;
  readonly text: string;
  /** True if nothing else is in its item of the header. */
  readonly isWhole: boolean;
};

const itemsMax = 20;
const decoders: readonly (readonly [string, RegExp, (text: string) => Buffer])[] = [
  ["hex", /^([0-9a-f]{2}){20,512}$/i, (text) => Buffer.from(text, "hex")],
  ["base64", /^[\w+/-]{26,700}={0,2}$/, (text) => Buffer.from(text, "base64")],
  [
    "the Base64 of hex",
    /^[\w+/-]{54,1400}={0,2}$/,
    (text) => Buffer.from(Buffer.from(text, "base64").toString("latin1"), "hex"),
  ],
];

/** Returns everything in a header that can be a signature, whatever stands before it. */
export function readSignatures(header: string, separator = ","): readonly SignatureReading[] {
  const items = header
    .split(separator)
    .flatMap((item) => item.split(/[\s;,]+/))
    .slice(0, itemsMax);
  return items.flatMap((item) => {
    const text = item.replace(/^"?[\w.-]{1,30}[=:](?=[^=])"?/, "").replace(/"$/, "");
    return decoders
      .filter(([, form]) => form.test(text))
      .map(([encoding, , decode]) => ({
        ...{ encoding, text, isWhole: text === item },
        bytes: decode(text),
      }));
  });
}
