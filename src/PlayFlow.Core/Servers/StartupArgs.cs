using System.Collections.Immutable;
using System.Text;

namespace PlayFlow.Core.Servers;

/// <summary>
/// Splits a server's <c>startup_args</c> as a POSIX shell would split words, without expanding anything: no variables, no
/// patterns, no commands.
/// </summary>
/// <remarks>
/// Blanks separate. Single quotes keep everything. In double quotes a backslash is special before <c>"</c>, <c>\</c>,
/// <c>$</c>, <c>`</c> and a line end only; outside quotes it keeps the next character. Adjacent parts join into one argument, and an
/// empty pair of quotes is an empty argument.
/// </remarks>
public static class StartupArgs
{
    /// <summary>Splits the text; null and blank text give no arguments.</summary>
    /// <param name="text">The arguments as the caller wrote them.</param>
    /// <param name="arguments">The arguments, or an empty list when the text cannot be split.</param>
    /// <returns>False when a quote is not closed or the text ends in a lone backslash.</returns>
    public static bool TrySplit(string? text, out ImmutableArray<string> arguments)
    {
        arguments = ImmutableArray<string>.Empty;
        var words = ImmutableArray.CreateBuilder<string>();
        var scanner = new Scanner(text ?? string.Empty);
        while (scanner.SkipBlanks())
        {
            if (scanner.ReadWord() is not { } word)
            {
                return false;
            }

            words.Add(word);
        }

        arguments = words.ToImmutable();
        return true;
    }

    private sealed class Scanner
    {
        private readonly string _text;
        private readonly StringBuilder _word = new();
        private int _at;

        public Scanner(string text) => _text = text;

        public bool SkipBlanks()
        {
            while (_at < _text.Length && IsBlank(_text[_at]))
            {
                _at++;
            }

            return _at < _text.Length;
        }

        public string? ReadWord()
        {
            _word.Clear();
            while (_at < _text.Length && !IsBlank(_text[_at]))
            {
                var c = _text[_at++];
                var whole = c switch
                {
                    '\'' => ReadSingleQuoted(),
                    '"' => ReadDoubleQuoted(),
                    '\\' => ReadEscaped(),
                    _ => Keep(c),
                };
                if (!whole)
                {
                    return null;
                }
            }

            return _word.ToString();
        }

        private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r';

        private bool Keep(char c)
        {
            _word.Append(c);
            return true;
        }

        private bool ReadEscaped()
        {
            if (_at == _text.Length)
            {
                return false;
            }

            var c = _text[_at++];
            return c == '\n' || Keep(c);
        }

        private bool ReadSingleQuoted()
        {
            var end = _text.IndexOf('\'', _at);
            if (end < 0)
            {
                return false;
            }

            _word.Append(_text, _at, end - _at);
            _at = end + 1;
            return true;
        }

        private bool ReadDoubleQuoted()
        {
            while (_at < _text.Length)
            {
                var c = _text[_at++];
                if (c == '"')
                {
                    return true;
                }

                if (c == '\\' && _at < _text.Length && _text[_at] is '"' or '\\' or '$' or '`' or '\n')
                {
                    c = _text[_at++];
                    if (c == '\n')
                    {
                        continue;
                    }
                }

                _word.Append(c);
            }

            return false;
        }
    }
}
