namespace RealtimeAkka.Hearing;

/// <summary>The scripts that are written without spaces between words.</summary>
public static class Scripts
{
    /// <summary>Whether a letter is Thai, Lao, Tibetan, Myanmar, Khmer, Hiragana, Katakana, Bopomofo or Han.</summary>
    public static bool IsWrittenWithoutSpaces(int codePoint) => codePoint switch
    {
        < 0x0E00 => false,
        <= 0x0FFF => true, // Thai, Lao, Tibetan
        >= 0x1000 and <= 0x109F or >= 0xA9E0 and <= 0xA9FF or >= 0xAA60 and <= 0xAA7F => true, // Myanmar
        >= 0x1780 and <= 0x17FF => true, // Khmer
        >= 0x3005 and <= 0x3007 or >= 0x3040 and <= 0x312F or >= 0x31A0 and <= 0x31BF or >= 0x31F0 and <= 0x31FF => true,
        >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF => true, // Han
        >= 0xFF66 and <= 0xFF9D => true, // half-width Katakana
        >= 0x1B000 and <= 0x1B16F or >= 0x20000 and <= 0x3FFFF => true, // Kana and Han beyond the first plane
        _ => false,
    };
}
