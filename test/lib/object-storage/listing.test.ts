import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseListing } from "../../../lib/object-storage/listing.ts";

// The sample responses of docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, as they
// stand there, ellipses included.
const listingKeys = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
    <Name>bucket</Name>
    <Prefix/>
    <KeyCount>205</KeyCount>
    <MaxKeys>1000</MaxKeys>
    <IsTruncated>false</IsTruncated>
    <Contents>
        <Key>my-image.jpg</Key>
        <LastModified>2009-10-12T17:50:30.000Z</LastModified>
        <ETag>"fba9dede5f27731c9771645a39863328"</ETag>
        <Size>434234</Size>
        <StorageClass>STANDARD</StorageClass>
    </Contents>
    <Contents>
       ...
    </Contents>
    ...
</ListBucketResult>`;

const startAfter = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>quotes</Name>
  <Prefix>E</Prefix>
  <StartAfter>ExampleGuide.pdf</StartAfter>
  <KeyCount>1</KeyCount>
  <MaxKeys>3</MaxKeys>
  <IsTruncated>false</IsTruncated>
  <Contents>
    <Key>ExampleObject.txt</Key>
    <LastModified>2013-09-17T18:07:53.000Z</LastModified>
    <ETag>"599bab3ed2c697f1d26842727561fd94"</ETag>
    <Size>857</Size>
    <StorageClass>REDUCED_REDUNDANCY</StorageClass>
  </Contents>
</ListBucketResult>`;

const prefixesOnly = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>example-bucket</Name>
  <Prefix>photos/2006/</Prefix>
  <KeyCount>2</KeyCount>
  <MaxKeys>1000</MaxKeys>
  <Delimiter>/</Delimiter>
  <IsTruncated>false</IsTruncated>
  <CommonPrefixes>
    <Prefix>photos/2006/February/</Prefix>
  </CommonPrefixes>
  <CommonPrefixes>
    <Prefix>photos/2006/January/</Prefix>
  </CommonPrefixes>
</ListBucketResult>`;

/** Returns the names of a listing that contains the given texts. */
function namesOf(...keys: readonly string[]) {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
  const encoding = "<EncodingType>url</EncodingType>";
  return parseListing(
    `<ListBucketResult>${encoding}${contents.join("")}</ListBucketResult>`,
  ).objects.map(({ name }) => name);
}

describe("a listing", () => {
  test.for([
    ["of keys", listingKeys, "my-image.jpg", "2009-10-12T17:50:30.000Z"],
    ["after a name", startAfter, "ExampleObject.txt", "2013-09-17T18:07:53.000Z"],
  ] as const)(
    "a listing %s has the names and times of AWS's own sample",
    ([, xml, name, modified]) => {
      expect(
        parseListing(xml).objects.map((one) => [one.name, new Date(one.modifiedMs).toISOString()]),
      ).toEqual([[name, modified]]);
    },
  );

  test("a listing of common prefixes alone has no objects", () => {
    expect(parseListing(prefixesOnly)).toEqual({
      ...{ objects: [], isTruncated: false, isVersion1: false },
      ...{ token: undefined, nextMarker: undefined },
    });
  });

  test("names of a server without encoding-type are unescaped as XML", () => {
    const xml = "<Contents><Key>a+b%20&lt;c&gt; &amp;amp;&quot;&apos;</Key></Contents>";

    expect(parseListing(xml).objects.map(({ name }) => name)).toEqual(["a+b%20<c> &amp;\"'"]);
  });

  test("objects keep their order", () => {
    expect(namesOf("b", "a", "c")).toEqual(["b", "a", "c"]);
  });

  test.for([
    // docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, response element EncodingType.
    ["test_file%283%29.png", "test_file(3).png"],
    // botocore/compat.py: unquote_str = unquote_plus, with which it decodes listings.
    ["my+dir/a%2Bb%20c", "my dir/a+b c"],
    // RFC 3986, section 2.1: "%" is "%25"; W3C "Character encodings": U+AC00 is EA B0 80 in UTF-8.
    ["100%25/%EA%B0%80", "100%/가"],
    ["a%3CContents%3E%26", "a<Contents>&"],
  ] as const)("a listing with encoding-type=url has %s for %s", ([key, name]) => {
    expect(namesOf(key)).toEqual([name]);
  });

  test("an object whose name cannot be decoded keeps the raw text", () => {
    const xml =
      "<EncodingType>url</EncodingType>" +
      ["a", "%ff", "", "&#xD800;"].map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");

    expect(parseListing(xml).objects).toMatchObject([
      { name: "a", isReadable: true },
      { name: "%ff", isReadable: false },
      { name: "&#xD800;", isReadable: false },
    ]);
  });

  test("an object without time and size has none", () => {
    expect(parseListing("<Contents><Key>a</Key></Contents>").objects).toEqual([
      { name: "a", isReadable: true, modifiedMs: Number.NaN, size: Number.NaN },
    ]);
  });

  // XML 1.0, sections 2.4, 2.7 and 4.1; Namespaces in XML 1.0, section 4.
  test.for([
    ["a decimal reference", "<Contents><Key>it&#39;s</Key></Contents>", "it's"],
    ["a hexadecimal reference", "<Contents><Key>it&#x27;s &#xAC00;</Key></Contents>", "it's 가"],
    ["a CDATA section", "<Contents><Key><![CDATA[a&amp;<b>]]></Key></Contents>", "a&amp;<b>"],
    ["attributes", '<Contents x="1" ><Key y="2">a</Key></Contents>', "a"],
    [
      "a namespace's prefix",
      '<s3:Contents xmlns:s3="urn:a:b"><s3:Key>a</s3:Key></s3:Contents>',
      "a",
    ],
    ["lines between", "<Contents>\n  <Key>a</Key>\n  <Size>1</Size>\n</Contents>", "a"],
    ["an end tag with a blank", "<Contents><Key>a</Key ><Size >7</Size ></Contents >", "a"],
  ] as const)("a listing with %s in it has the name", ([, contents, name]) => {
    expect(
      parseListing(`<ListBucketResult>${contents}</ListBucketResult>`).objects.map(
        (one) => one.name,
      ),
    ).toEqual([name]);
  });

  test.for([
    [
      "before its objects",
      "<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken><Contents><Key>a</Key></Contents>",
    ],
    [
      "behind them",
      "<Contents><Key>a</Key></Contents><IsTruncated> true </IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>",
    ],
  ] as const)("a listing that states its continuation %s is read", ([, xml]) => {
    expect(parseListing(xml)).toMatchObject({ isTruncated: true, token: "a&b=" });
  });

  // docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html: Marker, and NextMarker with a delimiter only.
  test("a listing of version 1 is recognized by its marker", () => {
    const xml =
      "<ListBucketResult><Name>b</Name><Marker></Marker><EncodingType>url</EncodingType>" +
      "<IsTruncated>true</IsTruncated><NextMarker>a%2Bb</NextMarker></ListBucketResult>";

    expect(parseListing(xml)).toMatchObject({ isVersion1: true, nextMarker: "a+b" });
    expect(parseListing(xml.replace("<Marker></Marker>", ""))).toMatchObject({ isVersion1: true });
  });
});

// www.w3.org/TR/xmlschema11-2/#boolean; Python writes True and False.
test.for([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  [" 1 ", true],
  ["<![CDATA[true]]>", true],
  ["false", false],
  ["False", false],
  ["0", false],
  ["\n<![CDATA[ false ]]>\n", false],
  ["", undefined],
  ["no", undefined],
  ["falsetrue", undefined],
] as const)("a listing that says %j of its end is truncated: %s", ([said, isTruncated]) => {
  expect(parseListing(`<IsTruncated>${said}</IsTruncated>`).isTruncated).toBe(isTruncated);
});

describe("any text", () => {
  const pieces = ["Contents", "/Contents", "Key", "/Key", "LastModified", "/LastModified"];
  const texts = fc
    .array(
      fc.oneof(
        fc.constantFrom(...pieces.map((name) => `<${name}>`), "%", "+", "%41", "&amp;"),
        fc.string({ unit: "binary" }),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(""));

  test("any text is a list of named objects without an error", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { objects } = parseListing(text);

        expect(objects.filter(({ name }) => name === "")).toEqual([]);
        expect(objects.length).toBeLessThanOrEqual(text.split("<Contents>").length - 1);
      }),
      { numRuns: 500 },
    );
  });

  test("any name is read back from a listing in which it is encoded", () => {
    const names = fc.string({ unit: "binary", minLength: 1 });

    fc.assert(
      fc.property(fc.array(names, { maxLength: 5 }), (drawn) => {
        expect(namesOf(...drawn.map(encodeURIComponent))).toEqual(drawn);
      }),
    );
  });

  test.for([
    ["<Contents>", "<Contents>"],
    ["<Key>", "<Contents><Key>"],
    ["</Key>", "<Contents></Key>"],
    ["<Contents><Key>", "<Contents><Key>"],
    ["+", "<Contents><Key>+"],
    ["%", "<Contents><Key>%"],
    ["<Contents ", "<Contents "],
    ["&#39;", "<Contents><Key>&#39;"],
    ["]]> ", "<Contents><Key><![CDATA["],
    ["a:", "<a:"],
  ] as const)("a text of 1 MB of %s is read quickly", ([piece, start]) => {
    const text = start + piece.repeat(1_000_000 / piece.length);
    // CPU time: other programs on the machine do not count.
    const before = process.cpuUsage();

    parseListing(text);

    // A linear pass takes about 10 ms, a quadratic one minutes.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});
