// A session of the original's client against a server: the address in, what every step answered as JSON out.
//
//     OUTFIELD_NODE_MODULES=<folder with daptin-client> node daptin_client.js http://127.0.0.1:6336
//
// The client is the package as it is published. It expects a browser: the few things of one that it touches stand
// here. What it logs goes to standard error.

"use strict";

const path = require("path");

const endpoint = process.argv[2];
const stored = new Map();
const localStorage = {
  getItem: (key) => (stored.has(key) ? stored.get(key) : null),
  setItem: (key, value) => void stored.set(key, String(value)),
};
global.localStorage = localStorage;
global.window = { localStorage, atob: global.atob };
global.document = { cookie: "" };
console.log = (...parts) => console.error(...parts.map((part) => typeof part));

const { DaptinClient } = require(path.join(process.env.OUTFIELD_NODE_MODULES, "daptin-client"));

const client = new DaptinClient(endpoint, false);
const { actionManager, jsonApi, worldManager } = client;
const person = {
  name: "Ada",
  email: `ada.${Date.now()}.${process.pid}@example.org`,
  password: "correct-horse",
  passwordConfirm: "correct-horse",
};
const story = {};

// What a promise ends with, either way: some of the client's reject where all is well.
const settled = (promise) =>
  promise.then(
    (value) => ({ fulfilled: value }),
    (reason) => ({ rejected: reason }),
  );

async function beforeSigningIn() {
  story.columnTypes = await worldManager.init();
  story.guestActions = await actionManager.getGuestActions();
  story.signup = await actionManager.doAction("user_account", "signup", person);
  story.takenAddress = await settled(actionManager.doAction("user_account", "signup", person));
  const wrong = { email: person.email, password: "wrong-horse" };
  story.wrongPassword = await settled(actionManager.doAction("user_account", "signin", wrong));
}

async function signIn() {
  const { email, password } = person;
  story.signin = await actionManager.doAction("user_account", "signin", { email, password });
  story.email = email;
  story.token = localStorage.getItem("token");
  story.cookie = document.cookie;
  story.user = JSON.parse(localStorage.getItem("user"));
}

async function loadModels() {
  story.models = await settled(worldManager.loadModels()); // rejects with the models: its own mistake
  story.world = worldManager.getWorldByName("todo");
  story.accountActions = Object.keys(actionManager.getActions("user_account"));
  story.renameModel = actionManager.getActionModel("user_account", "rename");
}

async function useRows() {
  const project = (await jsonApi.create("project", { name: "Home" })).data;
  const created = await jsonApi.create("todo", { title: "Milk", project_id: project.id });
  story.project = project;
  story.created = created.data;
  const linked = { title: "Bread", project: { id: project.id, type: "project" } };
  story.linked = (await jsonApi.create("todo", linked)).data;
  const query = JSON.stringify([{ column: "title", operator: "is", value: "Milk" }]);
  story.listed = await jsonApi.findAll("todo", { page: { number: 1, size: 500 }, query });
  story.included = await jsonApi.findAll("project", { included_relations: "todos" });
  story.read = (await jsonApi.find("todo", created.data.id, { included_relations: "project" })).data;
  story.changed = (await jsonApi.update("todo", { id: created.data.id, done: true })).data;
  story.whole = (await jsonApi.update("todo", { ...story.changed, title: "Oat milk" })).data;
  story.related = (await jsonApi.one("project", project.id).all("todos").get()).data;
}

async function useAnAction() {
  const given = { user_account_id: story.user.sub, name: "Ada Lovelace" };
  story.renamed = await actionManager.doAction("user_account", "rename", given);
  story.account = (await jsonApi.find("user_account", story.user.sub)).data;
}

async function meetErrors() {
  story.refused = await settled(jsonApi.create("todo", { done: true }));
  story.destroyed = await jsonApi.destroy("todo", story.created.id);
  story.gone = await settled(jsonApi.find("todo", story.created.id));
  story.withoutInstance = await settled(actionManager.doAction("user_account", "rename", { name: "Nobody" }));
}

async function main() {
  for (const step of [beforeSigningIn, signIn, loadModels, useRows, useAnAction, meetErrors]) {
    await step();
  }
  process.stdout.write(JSON.stringify(story));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
