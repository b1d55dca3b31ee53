using System.Security.Cryptography;

namespace RealtimeAkka.Simulator.Session;

/// <summary>Ids in the service's format: a prefix and 21 base62 characters, the first five ordered by time.</summary>
internal sealed class IdGenerator(TimeProvider time)
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public string Next(string prefix, int length = 21) =>
        string.Create(prefix.Length + length, (prefix, time.GetUtcNow().ToUnixTimeMilliseconds()), Fill);

    private static void Fill(Span<char> id, (string Prefix, long Now) from)
    {
        from.Prefix.CopyTo(id);
        var rest = id[from.Prefix.Length..];
        RandomNumberGenerator.GetItems(Base62, rest);
        for (var i = 4; i >= 0; i--, from.Now /= Base62.Length) rest[i] = Base62[(int)(from.Now % Base62.Length)];
    }
}
