// Lock the realm that every script runs in, and return the one function that drives it.
//
//   realm(makeHelpers, answerLimit)(compile, calls, texts, guarded, seed) -> JSON text
//
// `compile` is a list of [slot, parameter names, function body] to remember, `texts` a list of JSON texts, `calls` a
// list of [slot, places of its arguments in texts or -1]. The answer is [[values], [indexes of the absent ones]], or
// {failed, index} or {over, index}. Without `calls` it is a list that tells what is wrong with each `compile`, or null.
//
// Nothing that one script does is seen by the next: intrinsics and globals are frozen, code generation is off, legacy
// state (RegExp.$1, Error.prepareStackTrace) is gone, and each script gets its own copy of the values it reads.
// The process around it is what keeps time and memory; what is guarded here only makes the message better.
(function realm(makeHelpers, answerLimit) {
  "use strict";
  const { parse, stringify } = JSON;
  const { apply, construct, ownKeys } = Reflect;
  const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
  const globals = globalThis;
  const FunctionConstructor = Function;
  const PromiseConstructor = Promise;
  const RangeErrorConstructor = RangeError;
  const SyntaxErrorConstructor = SyntaxError;
  const TOO_LARGE = "Too large for a script.";
  const OVER_MEMORY = [TOO_LARGE, "Invalid string length", "Array buffer allocation failed"].map((text) => `RangeError: ${text}`);
  const MESSAGE_LIMIT = 300;

  function removeGlobals() {
    const names = ["WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "console"];
    for (const name of names) delete globals[name];
    delete Array.fromAsync; // promises without any word that tells so
    delete JSON.rawJSON;
    for (const key of ownKeys(RegExp)) if (getOwnPropertyDescriptor(RegExp, key).get && key !== Symbol.species) delete RegExp[key];
    Error.stackTraceLimit = 0;
  }

  function refuseCodeGeneration() {
    const refuse = function Function() {
      throw new TypeError("Code generation is disabled.");
    };
    refuse.prototype = FunctionConstructor.prototype;
    const samples = [function () {}, async function () {}, function* () {}, async function* () {}];
    for (const sample of samples) defineProperty(getPrototypeOf(sample), "constructor", { value: refuse });
    globals.Function = refuse;
    globals.eval = refuse;
  }

  function guardGrowth() {
    const limit = answerLimit * 16;
    for (const [name, size] of [["repeat", (text, by) => text.length * by], ["padStart", (text, to) => to], ["padEnd", (text, to) => to]]) {
      const native = String.prototype[name];
      const guarded = {
        [name](...given) {
          if (size(`${this}`, +given[0]) > limit) throw new RangeErrorConstructor(TOO_LARGE);
          return apply(native, this, given);
        },
      }[name];
      defineProperty(String.prototype, name, { value: guarded });
    }
  }

  // A frozen prototype would also forbid `error.name = ...` or `row.constructor = ...` on the objects that inherit from
  // it. An accessor whose setter defines an own property allows that and still protects the prototype.
  function allowOverrides(prototype) {
    for (const key of ownKeys(prototype)) {
      const { value, writable } = getOwnPropertyDescriptor(prototype, key);
      if (!writable) continue;
      const set = function (own) {
        if (this === prototype) throw new TypeError("Built-in objects cannot be changed.");
        defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      };
      defineProperty(prototype, key, { get: () => value, set, enumerable: false, configurable: false });
    }
  }

  function freezeAll() {
    const generators = [function* () {}, async function* () {}];
    const iterators = [[][Symbol.iterator](), ""[Symbol.iterator](), new Map().entries(), new Set().values(), "".matchAll(/./g)];
    const segments = new Intl.Segmenter().segment("");
    const pending = [globals, async function () {}, ...generators, ...generators.map((make) => make()), ...iterators];
    pending.push(Iterator.from({ next() {} }), [].values().map((item) => item), segments, segments[Symbol.iterator]());
    const seen = new Set();
    while (pending.length) {
      const item = pending.pop();
      if (item === null || (typeof item !== "object" && typeof item !== "function") || seen.has(item)) continue;
      seen.add(item);
      pending.push(getPrototypeOf(item));
      for (const key of ownKeys(item)) {
        const { value, get, set } = getOwnPropertyDescriptor(item, key);
        pending.push(value, get, set);
      }
    }
    for (const item of seen) freeze(item);
  }

  const { helpers, reseed } = makeHelpers();
  removeGlobals();
  refuseCodeGeneration();
  guardGrowth();
  for (const name of ownKeys(globals)) if (/Error$/.test(String(name))) allowOverrides(globals[name].prototype);
  allowOverrides(Object.prototype);
  for (const name of ownKeys(helpers)) defineProperty(globals, name, { value: helpers[name] });
  freezeAll();

  const functions = [];

  function define(names, body) {
    try {
      const run = construct(FunctionConstructor, [...names, body]);
      return { run, defaults: names.map((name) => (hasOwn(globals, name) ? globals[name] : undefined)), refused: null };
    } catch (thrown) {
      const refused = explain(thrown);
      return { run: () => { throw new SyntaxErrorConstructor(refused.replace("SyntaxError: ", "")); }, defaults: [], refused };
    }
  }

  function call([slot, places], texts) {
    const { run, defaults } = functions[slot];
    const given = places.map((place, index) => (place < 0 ? defaults[index] : parse(texts[place])));
    const value = apply(run, undefined, given);
    if (typeof value === "bigint") throw new TypeError("Do not know how to serialize a BigInt");
    if (value instanceof PromiseConstructor) throw new TypeError("The script gave a promise.");
    return stringify(value);
  }

  // actions.expressions.conditions.passes, read off the JSON text.
  function passes(text) {
    if (text === undefined || ["null", "false", "0", "[]", "{}"].includes(text)) return false;
    if (text[0] !== '"') return true;
    return !["", "0", "false"].includes(parse(text).toLowerCase());
  }

  function describe(thrown) {
    if (typeof thrown !== "object" || thrown === null || typeof thrown.message !== "string") return String(thrown);
    const { name, message } = thrown;
    return name === "Error" || typeof name !== "string" ? message : message ? `${name}: ${message}` : name;
  }

  function explain(thrown) {
    try {
      return describe(thrown).split("\n    --> ")[0].slice(0, MESSAGE_LIMIT).toWellFormed();
    } catch {
      return "The script threw a value that has no text.";
    }
  }

  function failure(thrown, index) {
    const failed = explain(thrown);
    return stringify(OVER_MEMORY.includes(failed) ? { over: "memory", index } : { failed, index });
  }

  function evaluate(calls, texts, guarded) {
    const values = [];
    const absent = [];
    let size = 0;
    for (let index = 0; index < calls.length; index += 1) {
      try {
        const text = call(calls[index], texts);
        if (text === undefined) absent.push(index);
        values.push(text ?? "null");
        size += text?.length ?? 4;
        if (size > answerLimit) return stringify({ over: "answer", index });
        if (guarded && index === 0 && !passes(text)) break;
      } catch (thrown) {
        return failure(thrown, index);
      }
    }
    return `[[${values.join(",")}],[${absent.join(",")}]]`;
  }

  return freeze(function drive(compile, calls, texts, guarded, seed) {
    // A check keeps nothing: the slots belong to the scripts that this worker runs.
    if (calls === null) return stringify(compile.map(([names, body]) => define(names, body).refused));
    for (const [slot, names, body] of compile) functions[slot] = define(names, body);
    reseed(seed);
    return evaluate(calls, texts, guarded);
  });
})
