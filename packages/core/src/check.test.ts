import { describe, expect, test } from 'vitest';
import { check, isKumikoError, KumikoError } from './check.ts';

describe('check', () => {
  test('throws the code and the message', () => {
    expect(() => check(false, 'dense', () => 'expected units > 0, got 0. Pass a positive integer.')).toThrow(
      new KumikoError('dense', 'expected units > 0, got 0. Pass a positive integer.'),
    );
  });

  test('does not build the message when the condition holds', () => {
    check(true, 'dense', () => {
      throw new Error('built');
    });
  });
});

describe('KumikoError', () => {
  test('has the code, the name, the text and the cause', () => {
    const cause = new Error('disk');
    const error = new KumikoError('load', 'expected a file, got none. Check the path.', { cause });
    expect(error).toMatchObject({ code: 'load', name: 'KumikoError', message: 'load: expected a file, got none. Check the path.', cause });
  });

  test('is known across copies of the package, and other errors are not', () => {
    class KumikoErrorOfAnotherCopy extends Error {
      override readonly name = 'KumikoError';
    }
    expect(isKumikoError(new KumikoError('a', 'b'))).toBe(true);
    expect(isKumikoError(new KumikoErrorOfAnotherCopy())).toBe(true);
    expect(isKumikoError(new Error('a'))).toBe(false);
    expect(isKumikoError({ name: 'KumikoError' })).toBe(false);
    expect(isKumikoError(undefined)).toBe(false);
  });
});
