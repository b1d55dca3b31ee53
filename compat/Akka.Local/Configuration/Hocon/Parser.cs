namespace Akka.Configuration.Hocon;

/// <summary>
/// HOCON as far as people write it by hand. What Akka.NET's parser accepts and then reads wrongly - an object left open,
/// "+=", a comma after a block, environment variables - is an error here, so that a file that passes means the same on both.
/// </summary>
public sealed class Parser
{
    private readonly HoconReader _reader;
    private readonly Func<string, HoconRoot> _include;
    private readonly List<Reference> _references = [];

    private Parser(string text, Func<string, HoconRoot> include) => (_reader, _include) = (new HoconReader(text), include);

    public static HoconRoot Parse(string text, Func<string, HoconRoot> includeCallback) => new Parser(text, includeCallback).ParseRoot();

    private HoconRoot ParseRoot()
    {
        var root = HoconValue.Of(new HoconObject());
        _reader.SkipToContent();
        var braces = _reader.TryTake("{");
        ParseFields(root.GetObject()!, closed: braces);
        _reader.SkipToContent();
        if (!_reader.AtEnd)
            throw _reader.Error($"Unexpected '{_reader.Peek}'");
        foreach (var reference in _references)
            reference.Resolve(root, _references);
        return new HoconRoot(root);
    }

    /// <summary>Fields up to the closing brace, or to the end of the text when there is no brace.</summary>
    private void ParseFields(HoconObject owner, bool closed)
    {
        _reader.SkipToContent();
        while (true)
        {
            if (closed && _reader.TryTake("}"))
                return;
            if (_reader.AtEnd)
            {
                if (closed)
                    throw _reader.Error("An object is not closed: expected '}'");
                return;
            }
            var wasBlock = ParseField(owner);
            var separated = _reader.SkipToContent();
            if (!wasBlock && _reader.TryTake(","))
            {
                separated = true;
                _reader.SkipToContent();
            }
            if (!separated && !_reader.AtEnd && _reader.Peek != '}')
                throw _reader.Error($"Expected the end of the line{(wasBlock ? "" : " or a comma")}, found '{_reader.Peek}'");
        }
    }

    /// <summary>True for the form without assignment: key { ... }.</summary>
    private bool ParseField(HoconObject owner)
    {
        var key = ParseKey();
        if (key == "include" && _reader.Peek == '"')
        {
            owner.Merge(_include(_reader.TakeQuoted()).Value.GetObject()!);
            return false;
        }
        while (_reader.TryTake("."))
        {
            owner = ObjectOf(owner.GetOrCreateKey(key));
            key = ParseKey();
        }
        var value = owner.GetOrCreateKey(key);
        if (_reader.TryTake("{"))
        {
            ParseFields(ObjectOf(value), closed: true);
            return true;
        }
        if (!_reader.TryTake("=") && !_reader.TryTake(":"))
            throw _reader.Error($"Expected '=', ':' or '{{' after the key '{key}'");
        _reader.SkipToContent();
        if (!value.IsObject() || _reader.Peek != '{')
            value.Clear();
        ParseValue(value);
        return false;
    }

    private string ParseKey()
    {
        _reader.TakeBlanks();
        var key = _reader.Peek == '"' ? _reader.TakeQuoted() : _reader.TakeUnquotedKey();
        if (key.Length == 0)
            throw _reader.Error($"Expected a key, found '{_reader.Peek}'");
        _reader.TakeBlanks();
        return key;
    }

    /// <summary>The parts of a value up to the end of the line, a comma or a closing bracket.</summary>
    private void ParseValue(HoconValue owner)
    {
        for (var parts = 0; ; parts++)
        {
            if (_reader.Peek == '{')
            {
                if (parts > 0)
                    throw _reader.Error("An object cannot follow other parts of a value");
                _reader.TryTake("{");
                ParseFields(ObjectOf(owner), closed: true);
                return;
            }
            if (_reader.TryTake("["))
                owner.AppendValue(ParseArray());
            else if (_reader.Is("\"\"\""))
                owner.AppendValue(new HoconLiteral { Value = _reader.TakeTripleQuoted() });
            else if (_reader.Peek == '"')
                owner.AppendValue(new HoconLiteral { Value = _reader.TakeQuoted() });
            else if (_reader.Is("${"))
                ParseSubstitution(owner);
            else if (_reader.AtUnquoted)
                owner.AppendValue(new HoconLiteral { Value = _reader.TakeUnquoted() });
            else if (parts == 0)
                throw _reader.Error(_reader.AtEnd ? "Expected a value" : $"Expected a value, found '{_reader.Peek}'");
            else
                return;
            var blanks = _reader.TakeBlanks();
            if (blanks.Length > 0)
                owner.AppendValue(new HoconLiteral { Value = blanks });
        }
    }

    private HoconArray ParseArray()
    {
        var array = new HoconArray();
        _reader.SkipToContent();
        while (!_reader.TryTake("]"))
        {
            if (_reader.AtEnd)
                throw _reader.Error("A list is not closed: expected ']'");
            var value = new HoconValue();
            ParseValue(value);
            array.Add(value);
            var separated = _reader.SkipToContent();
            if (_reader.TryTake(","))
                _reader.SkipToContent();
            else if (!separated && _reader.Peek != ']')
                throw _reader.Error($"Expected ',' or ']', found '{_reader.Peek}'");
        }
        return array;
    }

    private void ParseSubstitution(HoconValue owner)
    {
        if (_reader.Is("${?"))
            throw _reader.Error("An optional substitution would read the environment, which Akka.NET does not; found '${?'");
        var error = _reader.Error("Unresolved substitution");
        _reader.TryTake("${");
        var path = "";
        while (!_reader.TryTake("}"))
            path += _reader.TryTake(".") ? "." : HoconPath.Quote(ParseKey());
        var placeholder = new HoconLiteral();
        owner.AppendValue(placeholder);
        _references.Add(new Reference(owner, placeholder, path, error));
    }

    private static HoconObject ObjectOf(HoconValue value)
    {
        if (value.GetObject() is null)
            value.NewValue(new HoconObject());
        return value.GetObject()!;
    }

    /// <summary>A place where ${path} stood; the parts of the value found there replace it.</summary>
    private sealed class Reference(HoconValue owner, HoconLiteral placeholder, string path, FormatException error)
    {
        private bool _begun;

        public void Resolve(HoconValue root, IEnumerable<Reference> all)
        {
            var at = owner.Values.IndexOf(placeholder);
            if (at < 0)
                return; // resolved before, or written over by a later value
            var target = new Config(new HoconRoot(root)).GetValue(path);
            if (target is null || ReferenceEquals(target, owner) || _begun)
                throw new FormatException($"{error.Message}: {path}");
            _begun = true;
            foreach (var inner in all.Where(r => r.IsWithin(target)))
                inner.Resolve(root, all);
            owner.Values.RemoveAt(at);
            owner.Values.InsertRange(at, target.Values);
        }

        private bool IsWithin(HoconValue value) => ReferenceEquals(owner, value);
    }
}
