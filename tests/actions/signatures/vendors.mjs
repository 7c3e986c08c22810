// The providers' own libraries: one JSON request a line in, one JSON answer a line out.
//
// {"vendor": "stripe", "do": "sign" | "verify", "body": text, "headers": {...}, "secret": text, "id": text, "now": seconds}
// answers {"headers": {...}} or {"accepted": true | false, "why": text}

import readline from "node:readline";
import { sign, verify } from "@octokit/webhooks-methods";
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, shopifyApi } from "@shopify/shopify-api";
import * as standard from "standardwebhooks";
import Stripe from "stripe";
import * as svix from "svix";

const stripe = new Stripe("sk_test_none");

const standardLike = (Webhook, prefix) => ({
  sign: async ({ body, secret, id, now }) => ({
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(now),
    [`${prefix}-signature`]: new Webhook(secret).sign(id, new Date(now * 1000), body),
  }),
  verify: async ({ body, headers, secret }) => {
    new Webhook(secret).verify(body, headers);
    return true;
  },
});

const shopify = (secret) =>
  shopifyApi({
    apiKey: "key",
    apiSecretKey: secret,
    apiVersion: Object.values(ApiVersion).at(-1),
    hostName: "example.com",
    isEmbeddedApp: false,
    logger: { log: async () => {} },
  });

const vendors = {
  standardwebhooks: standardLike(standard.Webhook, "webhook"),
  svix: standardLike(svix.Webhook, "svix"),
  stripe: {
    sign: async ({ body, secret, now }) => ({
      "stripe-signature": stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: now }),
    }),
    verify: async ({ body, headers, secret }) => {
      stripe.webhooks.constructEvent(body, headers["stripe-signature"], secret);
      return true;
    },
  },
  octokit: {
    sign: async ({ body, secret, id }) => ({
      "x-hub-signature-256": await sign(secret, body),
      "x-github-delivery": id,
      "x-github-event": "push",
    }),
    verify: async ({ body, headers, secret }) => verify(secret, body, headers["x-hub-signature-256"]),
  },
  shopify: {
    verify: async ({ body, headers, secret }) => {
      const rawRequest = { method: "POST", url: "/", headers: { ...headers } };
      const answer = await shopify(secret).webhooks.validate({ rawBody: body, rawRequest, rawResponse: {} });
      return answer.valid;
    },
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    const result = await vendors[request.vendor][request.do](request);
    answer = request.do === "sign" ? { headers: result } : { accepted: result };
  } catch (error) {
    answer = { accepted: false, why: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
