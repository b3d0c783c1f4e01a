import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import type { PropertyType, Resource, SpecDatabase } from "@aws-cdk/service-spec-types";
import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";

let loading: Promise<SpecDatabase> | undefined;

/** Unpacks the schemas once, because that takes most of a check. */
function loadSchemas(): Promise<SpecDatabase> {
  loading ??= loadAwsServiceSpec();
  return loading;
}

/**
 * Checks a template of CloudFormation by the rules of cfn-lint that need no account: types of resources (E3001), names
 * (E3002), presence (E3003) and types (E3012) of properties, references (E1010, E1020) and circles (E3004). The schemas are AWS's own, as the CDK ships them. Returns every problem with its place.
 */
export async function checkTemplate(template: unknown): Promise<readonly string[]> {
  const { Resources, Outputs } = objectOf(template);
  const resources = objectOf(Resources);
  const database = await loadSchemas();
  const specOf: SpecOf = (name) =>
    database.lookup(
      "resource",
      "cloudFormationType",
      "equals",
      String(objectOf(resources[name])["Type"]),
    )[0];
  const checkProperties = createPropertyCheck(database);
  return [
    ...Object.keys(resources).flatMap((name) => {
      const { Type, Properties } = objectOf(resources[name]);
      const spec = specOf(name);
      return spec === undefined
        ? [`${name}: E3001 no resource type ${String(Type)}`]
        : checkProperties(objectOf(Properties), spec.properties, name);
    }),
    ...[...Object.entries(resources), ["Outputs", Outputs] as const].flatMap(([name, resource]) =>
      findBrokenReferences(resource, resources, specOf).map((text) => `${name}: ${text}`),
    ),
    ...findCircles(resources),
  ];
}

type SpecOf = (name: string) => Resource | undefined;

function objectOf(value: unknown): UnknownObject {
  return isUnknownObject(value) ? value : {};
}

function createPropertyCheck(database: SpecDatabase) {
  return checkObject;

  function checkObject(
    value: UnknownObject,
    properties: Resource["properties"],
    at: string,
  ): readonly string[] {
    const wrong = Object.entries(value).flatMap(([name, given]) => {
      const property = properties[name];
      return property === undefined
        ? [`${at}: E3002 no property ${name}`]
        : checkValue(given, property.type, `${at}.${name}`);
    });
    const missing = Object.entries(properties)
      .filter(([name, { required }]) => required === true && !(name in value))
      .map(([name]) => `${at}: E3003 ${name} is required`);
    return [...wrong, ...missing];
  }

  function checkValue(value: unknown, type: PropertyType, at: string): readonly string[] {
    return isIntrinsic(value)
      ? []
      : (checkParts(value, type, at) ?? [`${at}: E3012 must be of type ${type.type}`]);
  }

  /** Returns undefined if the value is of another type. */
  function checkParts(value: unknown, type: PropertyType, at: string) {
    switch (type.type) {
      case "union":
        return checkUnion(value, type.types, at);
      case "array":
        return checkArray(value, type.element, at);
      case "map":
      case "ref":
        return isUnknownObject(value) ? checkNamed(value, type, at) : undefined;
      default:
        return isPrimitive(value, type.type) ? [] : undefined;
    }
  }

  /** One of the types has to fit. */
  function checkUnion(value: unknown, types: readonly PropertyType[], at: string) {
    const tried = types.map((type) => checkValue(value, type, at));
    return tried.find((problems) => problems.length === 0) ?? tried[0];
  }

  function checkArray(value: unknown, type: PropertyType, at: string) {
    return Array.isArray(value) ? checkMembers(value, type, at) : undefined;
  }

  type NamedType = Extract<PropertyType, { readonly type: "map" | "ref" }>;

  function checkNamed(value: UnknownObject, type: NamedType, at: string) {
    return type.type === "map"
      ? checkMembers(value, type.element, at)
      : checkObject(value, database.get("typeDefinition", type.reference.$ref).properties, at);
  }

  function checkMembers(value: object, type: PropertyType, at: string): readonly string[] {
    return Object.entries(value).flatMap(([name, one]) => checkValue(one, type, `${at}.${name}`));
  }
}

function isPrimitive(value: unknown, type: PropertyType["type"]): boolean {
  switch (type) {
    case "string":
    case "date-time":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    case "integer":
      return Number.isInteger(value);
    case "json":
    case "tag":
      return typeof value === "object" && value !== null;
    default:
      return false;
  }
}

function isIntrinsic(value: unknown): value is UnknownObject {
  const names = isUnknownObject(value) ? Object.keys(value) : [];
  return names.length === 1 && /^(?:Ref|Fn::\w+)$/.test(names[0] ?? "");
}

/** A reference to a resource, or to an attribute of it. */
type Reference = { readonly name: string; readonly attribute?: string | undefined };

/** Lists the references in a resource, pseudo parameters such as AWS::Region excepted. */
function referencesIn(resource: unknown): readonly Reference[] {
  const found: Reference[] = [];
  JSON.stringify(resource, (key, member: unknown) => {
    found.push(...(readReference[key]?.([member].flat().map(String)) ?? []));
    return member;
  });
  return found.filter(({ name }) => !name.startsWith("AWS::"));
}

/** Readers of the values by key. Each gets the value as a list of texts. */
const readReference: Readonly<Record<string, (texts: readonly string[]) => Reference[]>> = {
  Ref: ([name = ""]) => [{ name }],
  DependsOn: (names) => names.map((name) => ({ name })),
  "Fn::GetAtt": (parts) => {
    const [name = "", ...attribute] = parts.flatMap((part) => part.split("."));
    return [{ name, attribute: attribute.join(".") }];
  },
  "Fn::Sub": ([text = ""]) =>
    [...text.matchAll(/\$\{([^!.}]+)(?:\.([^}]+))?\}/g)].map(([, name = "", attribute]) => ({
      name,
      attribute,
    })),
};

function findBrokenReferences(resource: unknown, resources: UnknownObject, specOf: SpecOf) {
  return referencesIn(resource).flatMap(({ name, attribute }) => {
    if (!(name in resources)) {
      return [`E1020 ${name} is no resource`];
    }
    const spec = specOf(name);
    return attribute === undefined || spec === undefined || attribute in spec.attributes
      ? []
      : [`E1010 ${name} has no attribute ${attribute}`];
  });
}

function findCircles(resources: UnknownObject): readonly string[] {
  return Object.keys(resources).flatMap((start) => {
    const seen = new Set<string>();
    const open = [start];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const next = referencesIn(resources[name]).map((reference) => reference.name);
      open.push(...next.filter((one) => !seen.has(one)));
      for (const one of next) {
        seen.add(one);
      }
    }
    return seen.has(start) ? [`${start}: E3004 depends on itself`] : [];
  });
}
