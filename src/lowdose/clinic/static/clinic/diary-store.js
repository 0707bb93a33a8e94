// What the diary keeps on the device: entries that wait to be sent, and what was last known of the
// course. Signing out forgets what is known; what waits stays until it was sent.
"use strict";

window.diaryStore = (() => {
  const NAME = "lowdose-diary";
  const QUEUE = "queue"; // by number, in the order of writing: {owner, course, entry, refused}
  const KNOWN = "known"; // one value under the key "state"

  function opened() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(QUEUE, { keyPath: "number", autoIncrement: true });
        request.result.createObjectStore(KNOWN);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
  }

  // Done when the device has it on its disk, not before.
  async function within(store, mode, act) {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(store, mode, { durability: "strict" });
        const request = act(transaction.objectStore(store));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  return {
    ready: async () => (await opened()).close(),
    waiting: () => within(QUEUE, "readonly", (store) => store.getAll()),
    keep: (item) => within(QUEUE, "readwrite", (store) => store.add(item)),
    mark: (item) => within(QUEUE, "readwrite", (store) => store.put(item)),
    drop: (number) => within(QUEUE, "readwrite", (store) => store.delete(number)),
    known: () => within(KNOWN, "readonly", (store) => store.get("state")),
    learn: (state) => within(KNOWN, "readwrite", (store) => store.put(state, "state")),
    forget: () => within(KNOWN, "readwrite", (store) => store.clear()),
  };
})();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.action.endsWith("/logout/")) return;
  event.preventDefault();
  try {
    await window.diaryStore.forget();
  } finally {
    form.submit();
  }
});
