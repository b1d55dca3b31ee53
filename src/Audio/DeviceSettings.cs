namespace RealtimeAkka.Audio;

/// <summary>How audio devices are used.</summary>
/// <param name="Frozen">A device without activity for this long is considered gone.</param>
/// <param name="OutputLatency">Audio that the loudspeaker's buffer should hold.</param>
/// <param name="OwnFormat">Open devices in their own format even if they accept 24 kHz mono.</param>
public sealed record DeviceSettings(TimeSpan Frozen, TimeSpan OutputLatency, bool OwnFormat);
