import type { SessionRecipe, SessionStore } from '@mailwright/core';

/** Recipes for the life of the process. */
export function memoryStore(): SessionStore {
  const recipes = new Map<string, SessionRecipe>();
  return {
    get: (name) => Promise.resolve(recipes.get(name)),
    set: (recipe) => Promise.resolve(void recipes.set(recipe.name, recipe)),
    delete: (name) => Promise.resolve(recipes.delete(name)),
    names: () => Promise.resolve([...recipes.keys()].sort()),
  };
}
