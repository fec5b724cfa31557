package io.vmdisk.extent;

/**
 * What a new sparse file shall be.
 *
 * @param capacityBytes virtual size, a positive multiple of 512
 * @param grainBytes its grain; formats that have but one grain take no notice
 * @param role whether its disk has a parent
 * @param area where its descriptor goes
 */
public record NewExtent(long capacityBytes, int grainBytes, LinkRole role, DescriptorArea area) {}
